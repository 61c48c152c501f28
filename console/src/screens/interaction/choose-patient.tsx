import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { findPatients, type Patient } from '../../api/interaction.ts'
import { Form, type Typed } from '../../parts/form.tsx'
import { spokenBirthDate } from '../../parts/spoken-time.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { TEXTS } from './texts.ts'

type Props = {
  uid: string
  /** Chosen before this page: the person's own record, or the one that is open where the app was started. */
  fixed: Patient | undefined
  chosen: Patient | undefined
  onChoose: (patient: Patient | undefined) => void
}

export function ChoosePatient({ uid, fixed, chosen, onChoose }: Props) {
  const search = useMutation({ mutationFn: (text: string) => findPatients(uid, text) })
  if (fixed !== undefined)
    return (
      <Text fw={600} className="breaks">
        <Named patient={fixed} />
      </Text>
    )
  function submit(typed: Typed): void {
    onChoose(undefined)
    search.mutate(typed('text').trim())
  }
  const found = search.data?.patients
  return (
    <Stack gap="sm">
      <Form onSubmit={submit} role="search">
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            label={TEXTS.patient.search}
            description={TEXTS.patient.searchHow}
            name="text"
            size="md"
            autoComplete="off"
            required
            withAsterisk={false}
            flex={1}
          />
          <Button type="submit" size="md" variant="default" loading={search.isPending}>
            {TEXTS.patient.find}
          </Button>
        </Group>
      </Form>
      <Trouble error={search.error} />
      <div aria-live="polite" className="out-of-the-way">
        {found?.length === 0 ? <Text>{TEXTS.patient.none}</Text> : null}
        {found === undefined || found.length === 0 ? null : (
          <Radio.Group
            label={TEXTS.patient.choose}
            value={chosen?.id ?? null}
            onChange={(id) => onChoose(found.find((patient) => patient.id === id))}
          >
            <Stack gap="xs" mt="xs">
              {found.map((patient) => (
                <Radio key={patient.id} value={patient.id} size="md" label={<Named patient={patient} />} />
              ))}
            </Stack>
          </Radio.Group>
        )}
      </div>
    </Stack>
  )
}

function Named({ patient: { name, birthDate } }: { patient: Patient }) {
  return (
    <>
      {name}
      {birthDate === undefined ? null : (
        <Text span c="dimmed" fw={400}>
          {' '}
          · {TEXTS.patient.born(spokenBirthDate(birthDate))}
        </Text>
      )}
    </>
  )
}
