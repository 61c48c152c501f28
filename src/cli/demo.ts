import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Chartwarden } from '../chartwarden.ts'
import { type Config, isLoopback } from '../config.ts'
import type { Actor } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { ImportItem } from '../records/import-items.ts'
import { readItems, sourceDigest } from '../records/import-items.ts'
import type { Command } from './command.ts'
import { readInstallation } from './data-folder.ts'
import { DEMO_TODAY, demoHospital } from './demo-hospital/demo-hospital.ts'
import { personas } from './demo-hospital/personas.ts'
import { HOSPITAL } from './demo-hospital/wards.ts'
import { enrolDemoPeople, personaActor } from './demo-people.ts'
import { makeInstallation } from './init.ts'
import { openInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { serveInstallation, untilStopped } from './serve.ts'

const TOKEN_LASTS_SECONDS = 8 * 3600
const FOR_APPS = 'demo-app'

/** Brings the demo hospital into an installation; what is there already stays as it is. */
async function fillHospital(chartwarden: Chartwarden, operator: Actor, say: (line: string) => void): Promise<number> {
  const { bundles } = demoHospital()
  const actor: Actor = {
    kind: 'machine',
    id: 'import',
    name: 'demo hospital',
    role: 'import',
    scopes: [],
    purpose: 'HOPERAT',
    act: operator,
  }
  let added = 0
  for (const [n, { label, bundle }] of bundles.entries()) {
    const text = JSON.stringify(bundle)
    const [item] = readItems(text) as [ImportItem]
    const { outcome, refusal } = await chartwarden.records.importItem(
      { actor, requestId: `demo-${n}` },
      sourceDigest(text),
      item,
    )
    if (refusal !== undefined) throw refusal
    if (outcome === 'imported') added += item.resources
    if (outcome === 'imported') say(`  ${String(n + 1).padStart(2)} of ${bundles.length}  ${label}`)
  }
  return added
}

async function tokenFor(chartwarden: Chartwarden, actor: Actor, operator: Actor): Promise<string> {
  return (await chartwarden.accessTokens.issue({ ...actor, act: operator }, TOKEN_LASTS_SECONDS)).token
}

export const demo: Command = {
  usage: 'demo',
  says: 'Starts a demo hospital: invented people, real sealing. This is what npm start does.',
  async run({ config, say, answer }) {
    refuseElsewhere(config)
    if (readInstallation(config.data) === undefined) {
      say('Making the demo hospital. This happens once.')
      await makeInstallation(config, say, { demo: true })
    }
    const opened = await openInstallation({ ...config, organisation: HOSPITAL.display }, say)
    const { chartwarden } = opened
    const { actor: operator } = await currentOperator(chartwarden.database, config.data)
    const added = await fillHospital(chartwarden, operator, say)
    if (added > 0) say(`  ${added.toLocaleString('en')} records, each sealed under its patient's own key.`)
    if ((await chartwarden.clients.find(FOR_APPS)) === undefined) {
      await chartwarden.clients.add(
        { id: FOR_APPS, name: 'Demo app', scopes: [{ context: 'system', type: '*', may: 'cruds' }] },
        false,
      )
    }
    const server = await serveInstallation(config, chartwarden)
    const people = await Promise.all(
      ['amara-okafor', 'noor-haddadi', 'constance-abara', 'ada-lindqvist-patient'].map(async (id) => {
        const actor = personaActor(id) as Actor
        return { id: actor.id, name: actor.name, role: actor.role, token: await tokenFor(chartwarden, actor, operator) }
      }),
    )
    const links = await enrolDemoPeople(chartwarden, operator)
    answer(
      { url: server.url, fhir: `${server.url}/fhir`, people, links, pid: process.pid },
      screenful(server.url, people, links, config),
    )
    await untilStopped(async () => {
      await server.close()
      await chartwarden.ledger.settle()
      await opened.close()
    })
    return 0
  },
}

/** Demo people have tokens anybody at this machine can mint: never beside real charts, never off this machine. */
function refuseElsewhere(config: Config): void {
  const installation = readInstallation(config.data)
  if (installation !== undefined && !installation.demo) {
    throw new Refusal(
      'start.unsafe',
      `${config.data} is a production installation; the demo hospital does not go there. Choose another CHARTWARDEN_DATA.`,
    )
  }
  if (installation === undefined && existsSync(`${config.data}/keys`)) {
    throw new Refusal(
      'start.unsafe',
      `${config.data} holds keys, but no installation. Choose another CHARTWARDEN_DATA for the demo.`,
    )
  }
  if (!isLoopback(config.host))
    throw new Refusal('start.unsafe', 'The demo listens on this machine only. Unset CHARTWARDEN_HOST.')
}

function screenful(
  url: string,
  people: readonly { name: string; role: string; token: string }[],
  links: readonly { name: string; url: string }[],
  config: Config,
): string[] {
  const [doctor, nurse, officer, patient] = people.map((one) => one.token)
  const ada = `${url}/fhir/Patient/demo-ada-lindqvist`
  return [
    '',
    `Chartwarden is at ${url}/fhir   (the charts' today is ${DEMO_TODAY})`,
    `Its pages are at ${url}/sign-in`,
    '',
    ...(links.length === 0 ? [] : ['Open one of these in a browser, make a passkey, and you are:', '']),
    ...links.map((one) => `  ${one.name.padEnd(16)} ${one.url}`),
    '',
    'Paste these into another terminal:',
    '',
    '  # Dr. Amara Okafor has Ada Lindqvist in her care',
    `  curl -i -H "Authorization: Bearer ${doctor}" ${ada}`,
    `  curl -H "Authorization: Bearer ${doctor}" "${url}/fhir/Observation?patient=demo-ada-lindqvist&_sort=-date&_count=3"`,
    '',
    "  # Somebody else's patient looks like nobody: 404, and the attempt has a receipt too",
    `  curl -i -H "Authorization: Bearer ${nurse}" ${url}/fhir/Patient/demo-yasmin-el-tayeb`,
    '',
    '  # Ada Lindqvist reads her own chart, and who looked at it',
    `  curl -H "Authorization: Bearer ${patient}" ${ada}`,
    `  curl -H "Authorization: Bearer ${patient}" '${ada}/$access-report'`,
    '',
    '  # The privacy officer reads the access log, not the charts',
    `  curl -H "Authorization: Bearer ${officer}" "${url}/fhir/AuditEvent?patient=demo-ada-lindqvist&_count=5"`,
    '',
    '  # The ledger, for anyone to verify; and a check of everything',
    `  curl ${url}/ledger/checkpoint`,
    `  ${config.data === resolve('data') ? '' : `CHARTWARDEN_DATA=${config.data} `}npx chartwarden verify`,
    '',
    `More people: ${personas
      .map((one) => one.id.slice(5))
      .slice(4, 9)
      .join(', ')}, …   npx chartwarden token --as <name>`,
    'Stop with Ctrl-C. A second start keeps everything.',
  ]
}
