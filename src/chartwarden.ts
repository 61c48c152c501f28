import { anchorPath, type Installation } from './cli/data-folder.ts'
import { type Config, publicUrlOf } from './config.ts'
import { createConsentEngine } from './consent/consent-engine.ts'
import { checkSettings } from './database/check-settings.ts'
import { openDatabaseClock } from './database/database-clock.ts'
import { migrate } from './database/migrate.ts'
import type { Database } from './database/sql.ts'
import { cookieValue, SESSION_COOKIE } from './http/account-door.ts'
import { createAccessTokens } from './identity/access-tokens.ts'
import { createCheckDpop } from './identity/check-dpop.ts'
import { createClients } from './identity/clients.ts'
import { createIdentity } from './identity/identity.ts'
import { createIsAppOrigin } from './identity/oauth/app-origins.ts'
import { endGrants } from './identity/oauth/end-grants.ts'
import { createOauth } from './identity/oauth/oauth.ts'
import { createRecognise } from './identity/recognise.ts'
import { createSpendOnce } from './identity/spend-once.ts'
import type { Actor } from './kernel/actor.ts'
import { type TenantAct, tenantAct } from './ledger/happening.ts'
import { openLedger } from './ledger/ledger.ts'
import { createStandingReceipt } from './ledger/standing-receipt.ts'
import { loadPolicies } from './policy/decide.ts'
import { createEventsOfNode } from './records/audit/events-of-node.ts'
import { loadLabelRules } from './records/labelling/load-label-rules.ts'
import { checkPath } from './records/mask/parse-path.ts'
import { createRecords } from './records/records.ts'
import type { KeyStore } from './vault/key-store.ts'
import { createOwnerCache, newOwner } from './vault/owner-keys.ts'
import { finishShards } from './vault/rotate-keys.ts'
import { seal } from './vault/seal.ts'
import { ensureTenant } from './vault/tenant-owner.ts'
import { createByRelation } from './watch/live/by-relation.ts'
import { createGuardWrites } from './watch/live/guard-writes.ts'
import { guardedAppend, toldAppend } from './watch/live/guarded-append.ts'
import { createLiveWatch } from './watch/live/live-watch.ts'
import { WATCH } from './watch/live/watch-actor.ts'
import { playbooksIn } from './watch/playbooks/read-playbooks.ts'

const INDEXER: Actor = {
  kind: 'machine',
  id: 'index',
  name: 'index keeper',
  role: 'index',
  scopes: [],
  purpose: 'HOPERAT',
}

export type Chartwarden = Awaited<ReturnType<typeof openChartwarden>>

/** Puts the parts together: one line a module. Whoever opens it closes it. */
export async function openChartwarden({
  config,
  installation,
  database,
  store,
  inspecting = false,
}: {
  config: Config
  installation: Installation
  database: Database
  store: KeyStore
  inspecting?: boolean
}) {
  await checkSettings(database)
  await migrate(database)
  const clock = await openDatabaseClock(database)
  const owners = createOwnerCache(store)
  await ensureTenant(database, store, owners)
  if (!inspecting) await finishShards(database, store)
  const decide = loadPolicies(config.policies, checkPath)
  const byRelation = createByRelation(decide)
  const ledger = await openLedger({
    database,
    clock,
    node: config.node,
    origin: installation.origin,
    anchorPath: anchorPath(config.data),
    ed25519Seed: store.seed('log-ed25519'),
    mldsaSeed: store.seed('log-mldsa'),
    inspecting,
    witnesses: config.witnesses,
    told: (line) => void process.stderr.write(`${line}\n`),
    byRelation,
    sealEvent: (owner, row, bytes) =>
      seal(owners.held(owner), 'audit', { owner, type: 'AuditEvent', row, version: 1, column: 'event' }, bytes),
  })
  const { append: appendAny, appendWith: appendAnyWith } = ledger
  const watch = createLiveWatch({
    database,
    clock,
    key: () => store.key('audit'),
    tokenKey: () => store.key('token'),
    node: config.node,
    mode: config.watch,
    append: appendAny,
    appendWith: appendAnyWith,
    playbooks: playbooksIn(config.playbooks),
    accountOf: (username) => identity.accounts.byUsername(username),
    proveAt: () => `${here.url}/account`,
    byRelation,
    lookUp: (type, id) => records.lookUp(WATCH, { type, id }),
    history: createEventsOfNode({
      sql: database,
      owners,
      standing: createStandingReceipt(appendAny, WATCH, { events: true }),
    }),
  })
  const append = guardedAppend(appendAny, watch.guard)
  const appendWith = toldAppend(appendAnyWith, watch.tell)
  const identityKey = () => store.key('identity')
  const clients = createClients(database, identityKey)
  const accessTokens = createAccessTokens(database, identityKey)
  const spendOnce = createSpendOnce(database)
  const recordIdentity = async (event: TenantAct) => {
    await append([tenantAct(event)])
    if (event.done && (event.interaction === 'sign-in' || event.interaction === 'step-up'))
      await watch.asking.proven(event.actor.id)
  }
  const here = { url: publicUrlOf(config) }
  const identity = createIdentity({
    database,
    clock,
    key: identityKey,
    tokenKey: () => store.key('token'),
    organisation: config.organisation,
    url: () => here.url,
    record: recordIdentity,
    endGrants,
  })
  const recognise = createRecognise({
    tokens: accessTokens,
    checkDpop: createCheckDpop(spendOnce),
    audience: () => `${here.url}/fhir`,
  })
  const { accounts, sessions } = identity
  const oauth = createOauth({
    database,
    key: identityKey,
    accounts,
    clients,
    accessTokens,
    spendOnce,
    record: recordIdentity,
    sessionOf: async (cookies) => {
      const cookie = cookieValue(cookies, SESSION_COOKIE)
      return cookie === undefined ? undefined : sessions.find(cookie, true)
    },
  })
  const records = createRecords({
    database,
    clock,
    append,
    appendWith,
    decide,
    owners,
    labelKey: () => store.key('label'),
    consents: createConsentEngine(config.implicitConsent),
    labelRules: loadLabelRules(config.labelRules),
    tokenKey: () => store.key('token'),
    cursorKey: () => store.key('cursor'),
    reviewKey: () => store.key('audit'),
    newOwner: (owner) => newOwner(store, owner),
    standing: createStandingReceipt(append, INDEXER, { indexes: true }),
    expectedPatients: installation.expectedPatients,
    settle: ledger.settle,
    guardWrites: createGuardWrites(watch.guard),
  })
  return {
    database,
    clock,
    store,
    owners,
    ledger,
    decide,
    here,
    identity,
    recordIdentity,
    clients,
    accessTokens,
    recognise,
    oauth,
    isAppOrigin: createIsAppOrigin(clients),
    records,
    watch,
    async close() {
      await watch.stop()
      await ledger.stop()
      await database.close()
    },
  }
}
