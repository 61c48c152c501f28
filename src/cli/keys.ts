import type { Chartwarden } from '../chartwarden.ts'
import type { Config } from '../config.ts'
import { TENANT_ID, TENANT_OWNER } from '../kernel/ids.ts'
import { fetchOwner } from '../vault/fetch-owner.ts'
import { SHARDS } from '../vault/key-store.ts'
import { refuseHeld } from '../vault/legal-holds.ts'
import { moveKeysEpoch } from '../vault/rotate-keys.ts'
import { rotateShards } from '../vault/rotate-shards.ts'
import { readyToShred, shredOwner } from '../vault/shred-owner.ts'
import {
  approveRequest,
  listRequests,
  readRequest,
  requestShred,
  type ShredRequest,
  setRequestState,
} from '../vault/shred-request.ts'
import { type Call, type Command, UsageError } from './command.ts'
import { ownerOfPatient } from './find-patient.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator, type Operator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export const keys: Command = {
  usage: 'keys status|rotate|shred [Patient/<id>]',
  says: 'The keys: their state, new ones while everything runs, and erasing one chart for good.',
  flags: {
    tenant: { type: 'boolean', says: 'rotate: a new tenant key; everything under it is rewrapped.' },
    shards: { type: 'boolean', says: 'rotate: new shard keys; every chart key is rewrapped.' },
    oauth: { type: 'boolean', says: 'rotate: a new key for ID tokens; the ones before stay published for an hour.' },
    approve: { type: 'string', says: 'shred: approve this request; two operators must.' },
    cancel: { type: 'string', says: 'shred: take this request back.' },
    execute: { type: 'string', says: 'shred: carry out this request, when its delay is over.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  more: 'Shredding: one operator says keys shred Patient/<id>, another approves, and after the delay it is executed.\nUntil then it can be cancelled. A legal hold stops it.',
  run: (call) =>
    withInstallation(call.config, call.say, async ({ chartwarden }) => {
      const [verb] = call.positionals
      if (verb === 'status') return status(chartwarden, call)
      const operator = await currentOperator(
        chartwarden.database,
        call.config.data,
        call.flags['operator'] as string | undefined,
      )
      if (verb === 'rotate') return rotate(chartwarden, call, operator)
      if (verb === 'shred') return shred(chartwarden, call, operator)
      throw new UsageError('Say status, rotate or shred.')
    }),
}

async function status({ database, store }: Chartwarden, { answer }: Call): Promise<number> {
  const { tenantVersion, shardVersions, shards } = store.status()
  const [owners] = await database.query<{ live: number; shredded: number }>(
    `select count(*) filter (where shredded_at is null) as live, count(*) filter (where shredded_at is not null) as shredded from owners where tenant_id = ${TENANT_ID} and owner_id <> $1`,
    [TENANT_OWNER],
  )
  const requests = await listRequests(database)
  const waiting = requests.filter((one) => one.state === 'waiting')
  answer(
    {
      tenantVersion,
      shardVersions,
      shards,
      charts: owners?.live,
      shredded: owners?.shredded,
      unfinishedShards: store.unfinished(),
      requests: requests.map(shown),
    },
    [
      `Tenant key version ${tenantVersion}. ${shards} shard keys, versions ${shardVersions.lowest} to ${shardVersions.highest}.`,
      `${owners?.live} charts with a key, ${owners?.shredded} shredded.`,
      ...(store.unfinished().length > 0
        ? [`A rotation was interrupted; run it again: npx chartwarden keys rotate --shards`]
        : []),
      ...waiting.map(
        (one) =>
          `Shred request ${one.id}: approved by ${one.approvals.map((each) => each.operator).join(', ') || 'nobody'}, not before ${notBefore(one)}.`,
      ),
    ],
  )
  return 0
}

const notBefore = (request: ShredRequest): string =>
  new Date(request.requestedAt.getTime() + request.delaySeconds * 1000).toISOString()
const shown = ({ id, state, approvals, ...request }: ShredRequest) => ({
  id,
  state,
  approvedBy: approvals.map((one) => one.operator),
  notBefore: notBefore({ id, state, approvals, ...request }),
})

async function rotate(chartwarden: Chartwarden, { flags, say, answer }: Call, { actor }: Operator): Promise<number> {
  const { database, store } = chartwarden
  if (flags['oauth'] === true) {
    const { kid, retired } = await chartwarden.oauth.keys.rotate()
    await recordAct(chartwarden, actor, 'oauth-key-rotated', [`key/${kid}`])
    answer({ kid, retired }, [
      `New ID tokens will be signed by ${kid}; those before stay published until the last one ends.`,
    ])
    return 0
  }
  if (flags['tenant'] !== true && flags['shards'] !== true)
    throw new UsageError('Say which: --tenant, --shards, or both; or --oauth.')
  let rewrapped = 0
  if (flags['shards'] === true) {
    const all = Array.from({ length: SHARDS }, (_, shard) => shard)
    rewrapped = await rotateShards(database, store, all, (done) => say(`${done} chart keys rewrapped`))
    await recordAct(chartwarden, actor, 'shard-keys-rotated')
  }
  if (flags['tenant'] === true) {
    store.rotateTenant()
    await moveKeysEpoch(database)
    await recordAct(chartwarden, actor, 'tenant-key-rotated')
  }
  const { tenantVersion, shardVersions } = store.status()
  answer({ rewrapped, tenantVersion, shardVersions }, [
    `${rewrapped} chart keys rewrapped. Tenant key version ${tenantVersion}, shard keys version ${shardVersions.highest}.`,
  ])
  return 0
}

async function shred(chartwarden: Chartwarden, call: Call, operator: Operator): Promise<number> {
  const { approve, cancel, execute } = call.flags
  if (typeof cancel === 'string') return cancelShred(chartwarden, call, operator, cancel)
  if (typeof execute === 'string') return executeShred(chartwarden, call, operator, execute)
  const request =
    typeof approve === 'string'
      ? await readRequest(chartwarden.database, approve)
      : await newRequest(chartwarden, call.config, operator, call.positionals[1])
  await approveRequest(chartwarden.database, request, operator.id, operator.key)
  await recordAct(chartwarden, operator.actor, 'shred-approved', [`shred-request/${request.id}`])
  const { approvals } = await readRequest(chartwarden.database, request.id)
  call.answer(
    { request: request.id, approvedBy: approvals.map((one) => one.operator), notBefore: notBefore(request) },
    [
      `Request ${request.id}: approved by ${approvals.map((one) => one.operator).join(' and ')}.`,
      approvals.length < 2
        ? `Another operator must approve: npx chartwarden keys shred --approve ${request.id}`
        : `From ${notBefore(request)} on: npx chartwarden keys shred --execute ${request.id}`,
      `To take it back: npx chartwarden keys shred --cancel ${request.id}`,
    ],
  )
  return 0
}

async function newRequest(
  chartwarden: Chartwarden,
  config: Config,
  { actor }: Operator,
  patient: string | undefined,
): Promise<ShredRequest> {
  const { owner } = await ownerOfPatient(chartwarden, patient)
  await refuseHeld(chartwarden.database, owner)
  const now = new Date(Math.floor(chartwarden.clock.now().getTime()))
  const request = await requestShred(chartwarden.database, owner, config.shredDelaySeconds, now)
  await recordAct(chartwarden, actor, 'shred-requested', [`shred-request/${request.id}`])
  return request
}

async function cancelShred(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor }: Operator,
  id: string,
): Promise<number> {
  await chartwarden.database.within(async (tx) => {
    const request = await readRequest(tx, id, true)
    if (request.state !== 'waiting') throw new UsageError(`This request is ${request.state}.`)
    await setRequestState(tx, id, 'cancelled')
  })
  await recordAct(chartwarden, actor, 'shred-cancelled', [`shred-request/${id}`])
  answer({ cancelled: id }, [`Cancelled ${id}.`])
  return 0
}

async function executeShred(
  chartwarden: Chartwarden,
  { answer }: Call,
  { actor }: Operator,
  id: string,
): Promise<number> {
  const { database, store, ledger } = chartwarden
  const now = await ledger.trustedNow()
  const { shard } = await database.within((tx) => readyToShred(tx, id, now))
  store.proposeShards([shard])
  await moveKeysEpoch(database)
  await ledger.appendWith(async (tx) => {
    const ready = await readyToShred(tx, id, now)
    await shredOwner(tx, store, ready)
    const { owner } = ready.request
    await fetchOwner(tx, chartwarden.owners, owner)
    return {
      value: undefined,
      happenings: [
        {
          kind: 'internal',
          interaction: 'chart-shredded',
          action: 'D',
          outcome: '0',
          actor,
          purpose: actor.purpose,
          owner,
          what: [`shred-request/${id}`],
          opens: { rows: new Set() },
        },
      ],
    }
  })
  store.adoptShards([shard])
  answer({ shredded: id }, [
    'Done. The chart cannot be opened any more, here or in an older copy of the database with this key store.',
    'Older copies of the key store still could: destroy them (docs/operate.md).',
  ])
  return 0
}
