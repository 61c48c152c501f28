import { Button, Modal, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type Launchable, startApp } from '../../api/apps.ts'
import { sessionQuery } from '../../api/session.ts'
import { Form, type Typed } from '../../parts/form.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAct } from '../../step-up/use-act.ts'
import { Row } from './row.tsx'
import { TEXTS } from './texts.ts'

const T = TEXTS.apps

/** Starts an app: for the person's own record when they are a patient, else for one they name. */
export function StartApp({ app: { id, name } }: { app: Launchable }) {
  const { data: visit } = useQuery(sessionQuery)
  const [opened, { open, close }] = useDisclosure(false)
  const own = /^Patient\/(.+)$/.exec(visit?.session?.person.fhirUser ?? '')?.[1]
  const start = useAct((patient: string | undefined) => startApp(id, patient), {
    onSuccess: ({ url }) => window.location.assign(url),
  })
  function submit(typed: Typed): void {
    const patient = typed('patient').trim()
    start.mutate(patient === '' ? undefined : patient)
  }
  return (
    <Row
      icon="app"
      actions={
        <Button
          variant="default"
          size="sm"
          loading={start.isPending}
          onClick={() => (own === undefined ? open() : start.mutate(own))}
          aria-label={T.startNamed(name)}
        >
          {T.start}
        </Button>
      }
    >
      <Text fw={600} className="breaks">
        {name}
      </Text>
      {opened ? null : <Trouble error={start.error} />}
      <Modal
        opened={opened}
        onClose={close}
        title={T.startNamed(name)}
        centered
        closeButtonProps={{ 'aria-label': TEXTS.close }}
      >
        <Form onSubmit={submit}>
          <TextInput
            label={T.patient}
            description={T.patientHow}
            name="patient"
            size="md"
            autoComplete="off"
            data-autofocus
          />
          <Trouble error={start.error} />
          <Button type="submit" size="md" loading={start.isPending}>
            {T.start}
          </Button>
        </Form>
      </Modal>
    </Row>
  )
}
