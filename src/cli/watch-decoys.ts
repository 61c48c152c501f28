import { randomInt, randomUUID } from 'node:crypto'
import type { Chartwarden } from '../chartwarden.ts'
import { type Call, EXIT, type Flag, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export const DECOY_FLAGS: Readonly<Record<string, Flag>> = {
  count: { type: 'string', says: 'With decoys add: how many (10); one for each hundred patients finds a thief early.' },
}

const GIVEN =
  'Amara Boris Celia Dario Edda Farid Greta Hanno Imani Jonas Kaori Leif Mirela Nestor Oona Pavel Rosa Sven Talia Yusuf'
const FAMILY =
  'Abend Brook Castell Dorn Ekholm Faber Greve Holt Iversen Jansen Keller Lund Mercer Nyman Orban Perle Quist Reuter Stolz Varga'
const pick = (words: string): string => {
  const all = words.split(' ')
  return all[randomInt(all.length)] as string
}
const two = (number: number) => String(number).padStart(2, '0')

/** Makes decoys, or says which there are. */
export const watchDecoys = (call: Call): Promise<number> =>
  withInstallation(call.config, call.say, async ({ chartwarden }) => {
    const [, verb] = call.positionals
    if (verb === 'add') return add(chartwarden, call)
    if (verb !== undefined && verb !== 'list') throw new UsageError('Say watch decoys add or watch decoys list.')
    const decoys = await chartwarden.watch.decoys.all()
    call.answer({ decoys }, [
      `${decoys.length} decoys. Keep this list to yourself.`,
      ...decoys.map((one) => `  Patient/${one.patient}, made ${one.at.slice(0, 10)} by ${one.by}`),
    ])
    return EXIT.fine
  })

async function add(chartwarden: Chartwarden, { config, flags, answer }: Call): Promise<number> {
  const count = Number(flags.count ?? 10)
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new UsageError('--count is from 1 to 1000.')
  const named = typeof flags.operator === 'string' ? flags.operator : undefined
  const { actor: operator } = await currentOperator(chartwarden.database, config.data, named)
  const actor = { ...DECOY_KEEPER, act: operator }
  const at = chartwarden.clock.now().toISOString()
  for (let n = 0; n < count; n++) {
    const patient = randomUUID()
    // Known as a decoy before it is there: no moment in which it is an ordinary chart.
    await chartwarden.watch.decoys.add({ patient, by: operator.id, at })
    const record = JSON.stringify({
      resourceType: 'Patient',
      id: patient,
      active: true,
      name: [{ use: 'official', family: pick(FAMILY), given: [pick(GIVEN)] }],
      gender: pick('female male'),
      birthDate: `${randomInt(1931, 2015)}-${two(randomInt(1, 13))}-${two(randomInt(1, 29))}`,
    })
    await chartwarden.records.updateRecord(
      { actor, requestId: `decoy-${patient}` },
      { type: 'Patient', id: patient },
      record,
    )
  }
  await recordAct(chartwarden, operator, 'decoys-added')
  answer({ added: count }, [`${count} decoys were added. Servers that run know them within a minute.`])
  return EXIT.fine
}

const DECOY_KEEPER = {
  kind: 'machine',
  id: 'decoys',
  name: 'decoys',
  role: 'import',
  scopes: [],
  purpose: 'HOPERAT',
} as const
