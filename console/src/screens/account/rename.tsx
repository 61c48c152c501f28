import { Button, Group, TextInput } from '@mantine/core'
import { Form, type Typed } from '../../parts/form.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { TEXTS } from './texts.ts'

const LONGEST = 60

type Props = {
  name: string
  label: string
  act: { mutate: (name: string, options: { onSuccess: () => void }) => void; isPending: boolean; error: unknown }
  onDone: () => void
}

/** A name, edited in its place. */
export function Rename({ name, label, act, onDone }: Props) {
  function submit(typed: Typed): void {
    const wanted = typed('name').trim()
    if (wanted === '' || wanted === name) onDone()
    else act.mutate(wanted, { onSuccess: onDone })
  }
  return (
    <Form gap="xs" onSubmit={submit}>
      <TextInput
        label={label}
        name="name"
        defaultValue={name}
        maxLength={LONGEST}
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <Trouble error={act.error} />
      <Group gap="xs">
        <Button type="submit" size="sm" loading={act.isPending}>
          {TEXTS.save}
        </Button>
        <Button variant="default" size="sm" onClick={onDone}>
          {TEXTS.cancel}
        </Button>
      </Group>
    </Form>
  )
}
