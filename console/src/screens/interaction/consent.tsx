import { Anchor, Button, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { allow, type Interaction, type Patient, refuse } from '../../api/interaction.ts'
import { Problem } from '../../api/problem.ts'
import { SmallPage } from '../../parts/small-page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { ChoosePatient } from './choose-patient.tsx'
import { ScopeChoice } from './scope-choice.tsx'
import { TEXTS } from './texts.ts'

type Props = { uid: string; interaction: Interaction; onDone: (onward: { redirectTo: string }) => void }

/** An app's own address, when it is one a person may be sent to. */
const safeUri = (uri: string | undefined): string | undefined => (uri?.startsWith('https://') ? uri : undefined)

export function Consent({ uid, interaction: { client, person, scopes, patient }, onDone }: Props) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState<Patient | undefined>(patient?.chosen)
  const wanted = scopes.filter(({ scope, essential }) => essential || !left.has(scope)).map(({ scope }) => scope)
  const permit = useMutation({
    mutationFn: async () => {
      if (patient !== null && chosen === undefined) throw new Problem('page.no-patient', TEXTS.patient.missing)
      return allow(uid, wanted, chosen?.id)
    },
    onSuccess: onDone,
  })
  const deny = useMutation({ mutationFn: () => refuse(uid), onSuccess: onDone })
  const busy = permit.isPending || deny.isPending
  const uri = safeUri(client.uri)
  const setWanted = (scope: string, on: boolean) => {
    const next = new Set(left)
    if (on) next.delete(scope)
    else next.add(scope)
    setLeft(next)
  }
  return (
    <SmallPage
      title={TEXTS.title(client.name)}
      step="consent"
      intro={
        <>
          {TEXTS.asks(client.name)}{' '}
          {uri === undefined ? null : (
            <Anchor href={uri} target="_blank" rel="noreferrer noopener" inherit underline="always">
              {TEXTS.site}
            </Anchor>
          )}
        </>
      }
      below={
        person === undefined ? null : (
          <Text ta="center" c="dimmed" size="sm">
            {TEXTS.signedInAs} {person.name} ({person.username})
          </Text>
        )
      }
    >
      {patient === null ? null : (
        <Stack component="section" gap="xs">
          <Title order={2} size="h5">
            {TEXTS.patient.title}
          </Title>
          <ChoosePatient uid={uid} fixed={patient.chosen} chosen={chosen} onChoose={setChosen} />
        </Stack>
      )}
      <ScopeChoice scopes={scopes} left={left} onChange={setWanted} />
      <Text c="dimmed">{TEXTS.later}</Text>
      <Trouble error={permit.error ?? deny.error} />
      <SimpleGrid cols={2} spacing="md">
        <Button size="md" variant="outline" loading={deny.isPending} disabled={busy} onClick={() => deny.mutate()}>
          {TEXTS.refuse}
        </Button>
        <Button size="md" variant="outline" loading={permit.isPending} disabled={busy} onClick={() => permit.mutate()}>
          {TEXTS.allow}
        </Button>
      </SimpleGrid>
    </SmallPage>
  )
}
