import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseScopes } from '../../src/identity/scopes.ts'
import type { Actor } from '../../src/kernel/actor.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { loadPolicies } from '../../src/policy/decide.ts'
import type { Json } from '../asking.ts'
import { consentOf } from '../consents.ts'
import { startRunning } from '../running.ts'
import { tracedRecords } from '../trace.ts'

const ref = (reference: string) => ({ reference })
const client = (id: string, scopes: string): Actor => ({
  kind: 'client',
  id,
  name: id,
  role: 'backend',
  scopes: parseScopes(scopes),
  purpose: 'TREAT',
})
const person = (id: string, role: string, more: Partial<Actor> = {}): Actor => ({
  ...client(id, 'user/*.cruds'),
  kind: 'person',
  role,
  fhirUser: `Practitioner/${id}`,
  ...more,
})
const LOADER = client('loader', 'system/*.cruds')
const NURSE = person('noor', 'nurse')
const OFFICER = person('constance', 'privacy-officer', { purpose: 'HOPERAT', strength: 'phishing-resistant' })
const as = (actor: Actor) => ({ actor, requestId: 'r' })
const code = (act: Promise<unknown>) =>
  act.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

test('how much there is that somebody may not read is told by no refusal and no page', async (t) => {
  const { data } = await startRunning(t, { serving: false })
  const { chartwarden, installation, close } = await openInstallation(readConfig({ CHARTWARDEN_DATA: data }))
  const { records } = tracedRecords(chartwarden, installation.expectedPatients)
  const put = (resource: Json, actor = LOADER) =>
    records.updateRecord(as(actor), { type: resource.resourceType, id: resource.id }, JSON.stringify(resource))
  const namesake = { name: [{ family: 'Lind' }], identifier: [{ system: 'urn:x', value: '7' }] }
  for (const id of ['ada', 'bea']) await put({ resourceType: 'Patient', id, ...namesake })
  await put({
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    subject: ref('Patient/ada'),
    participant: [{ member: ref('Practitioner/noor') }],
  })

  await t.test('a search is too costly by what its asker may see', async () => {
    const search = (actor: Actor, query: readonly [string, string][]) =>
      records.searchRecords(as(actor), 'Patient', query, 'b')
    const found = async () =>
      JSON.parse((await search(NURSE, [['family:exact', 'Lind']])).text.toString()).entry.map(
        (one: Json) => one.resource.id,
      )
    const where = () =>
      code(
        records.updateWhere(
          as(NURSE),
          'Patient',
          [['identifier', 'urn:x|7']],
          JSON.stringify({ resourceType: 'Patient', ...namesake }),
        ),
      )
    assert.deepEqual(await found(), ['ada'])
    const before = await where()
    const [bea] = await chartwarden.database.query<{ row_id: string }>(
      `select s.row_id from search_tokens s join record_heads h using (tenant_id, row_id) where h.type = 'Patient'
       and h.owner_id not in (select owner_id from care_relations) limit 1`,
    )
    // Thousands of other patients with her name and number.
    await chartwarden.database.query(
      `with others as (select gen_random_uuid() as row_id, gen_random_uuid() as owner_id from generate_series(1, 6000)),
        made as (insert into owners (tenant_id, owner_id, shard, kek_version, wrapped_key, audit_key)
          select o.tenant_id, n.owner_id, o.shard, o.kek_version, o.wrapped_key, o.audit_key from others n, owners o
          join record_heads h on h.owner_id = o.owner_id where h.row_id = $1 returning owner_id),
        heads as (insert into record_heads (tenant_id, id_token, row_id, type, version, deleted, owner_id)
          select 1, decode(replace(n.row_id::text, '-', ''), 'hex'), n.row_id, 'Patient', 1, false, n.owner_id from others n)
       insert into search_tokens (tenant_id, param, token, row_id)
       select s.tenant_id, s.param, s.token, n.row_id from others n, search_tokens s where s.row_id = $1`,
      [bea?.row_id],
    )
    assert.equal(await code(search(LOADER, [['family:exact', 'Lind']])), 'search.too-costly', 'there are many')
    assert.deepEqual(await found(), ['ada'])
    assert.equal(await where(), before)
    assert.equal(await code(search(person('nobody', 'nurse'), [['identifier', 'urn:x|7']])), 'done')
    assert.equal(
      await code(
        search(NURSE, [
          ['identifier', 'urn:x|7'],
          ['family:exact', 'Lind'],
        ]),
      ),
      'done',
    )
  })
  await t.test(
    'under a stricter policy a page of the access log tells of no entries beside those one reads',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'policies-'))
      t.after(() => rmSync(folder, { recursive: true }))
      writeFileSync(
        join(folder, 'ours.cedar'),
        `@id("officer-reads-the-access-log") permit (principal, action == Action::"read", resource)
       when { principal.role == "privacy-officer" && resource.type == "AuditEvent" && !resource.ofPatient && context.scopeCovers };`,
      )
      const strict = { ...chartwarden, decide: loadPolicies(folder) }
      const { records: strictly } = tracedRecords(strict, installation.expectedPatients)
      const page = async (of = strictly) =>
        JSON.parse((await of.searchRecords(as(OFFICER), 'AuditEvent', [['date', 'lt2000-01-01']], 'b')).text.toString())
      const linksOf = (json: Json) => json.link.map((one: Json) => one.relation)
      assert.deepEqual(linksOf(await page()), ['self'])
      for (let n = 0; n < 42; n++)
        await Promise.all(
          Array.from({ length: 100 }, () => records.readRecord(as(LOADER), { type: 'Patient', id: 'ada' })),
        )
      assert.deepEqual(linksOf(await page(records)), ['self', 'next'], 'who reads everybody’s goes on')
      assert.deepEqual(linksOf(await page()), ['self'])
    },
  )
  await t.test('a client that a patient shut out learns which ids are taken, unless clients choose none', async () => {
    const provision = {
      type: 'permit',
      provision: [
        {
          type: 'deny',
          actor: [
            {
              role: {
                coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }],
              },
              reference: { identifier: { system: 'urn:chartwarden:client-id', value: 'feed' } },
            },
          ],
        },
      ],
    }
    await put(consentOf('no-feed', 'bea', provision), person('desmond', 'registration', { purpose: 'HOPERAT' }))
    const note = (id: string, patient: string) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: 'x' },
      subject: ref(`Patient/${patient}`),
    })
    await put(note('taken', 'bea'))
    const feed = client('feed', 'system/Observation.cruds')
    const answers = async (of: typeof records) => {
      const write = (id: string) =>
        code(of.updateRecord(as(feed), { type: 'Observation', id }, JSON.stringify(note(id, 'ada'))))
      return [await write('taken'), await write('never')]
    }
    assert.equal(await code(records.readRecord(as(feed), { type: 'Observation', id: 'taken' })), 'record.not-found')
    const folder = mkdtempSync(join(tmpdir(), 'policies-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(
      join(folder, 'ours.cedar'),
      `@id("clients-choose-no-ids") forbid (principal, action == Action::"create-with-id", resource)
       when { principal.kind == "client" };`,
    )
    const strict = { ...chartwarden, decide: loadPolicies(folder) }
    const { records: strictly } = tracedRecords(strict, installation.expectedPatients)
    assert.deepEqual(await answers(strictly), ['record.not-found', 'record.not-found'])
    assert.deepEqual(await answers(records), ['record.not-found', 'done'], 'as docs/leakage.md says')
  })
  await close()
})
