import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { OwnerId, RowId } from '../../src/kernel/ids.ts'
import { type Label, openLabel } from '../../src/records/label.ts'
import { openKeyStore } from '../../src/vault/key-store.ts'
import { readRoot } from '../../src/vault/root-file.ts'
import { askAs, resourcesOf } from '../asking.ts'
import { type Running, startRunning } from '../running.ts'

const SNOMED = 'http://snomed.info/sct'
const concept = (system: string, code: string) => ({ coding: [{ system, code }] })
const ICD10 = 'http://hl7.org/fhir/sid/icd-10-cm'

/** Each version of the records of a type as whoever has the label key sees it, in the order of writing. */
async function labelsOf(running: Running, type: string): Promise<Label[]> {
  const folder = join(running.data, 'keys')
  const key = openKeyStore(folder, readRoot(folder)).key('label')
  const sql = await running.database()
  const rows = await sql.query<{ row_id: RowId; version: number; owner_id: OwnerId; label: Buffer }>(
    'select row_id, version, owner_id, label from record_versions where type = $1 order by at, version',
    [type],
  )
  return rows.map((row) =>
    openLabel(key, { owner: row.owner_id, type, row: row.row_id, version: row.version }, row.label),
  )
}

async function sound(running: Running): Promise<void> {
  for (const flags of [[], ['--keyless']]) {
    const { code, answer } = await running.cli('verify', ...flags)
    assert.deepEqual([answer.findings, code], [[], 0])
  }
}

test('sensitive records are labelled, sealed apart, and labelled anew when the rules change', async (t) => {
  const rules = mkdtempSync(join(tmpdir(), 'chartwarden-rules-'))
  t.after(() => rmSync(rules, { recursive: true, force: true }))
  const running = await startRunning(t, { settings: { CHARTWARDEN_LABEL_RULES: rules } })
  const ask = await askAs(running, 'loader')
  const { json: patient } = await ask('POST', '/Patient', { resourceType: 'Patient', birthDate: '2010-05-05' })
  const subject = { reference: `Patient/${patient.id}` }
  const sizes = async (type: string) => {
    const sql = await running.database()
    const rows = await sql.query<{ n: number }>('select length(label) as n from record_versions where type = $1', [
      type,
    ])
    return new Set(rows.map((row) => row.n))
  }

  await t.test('a psychiatric note is sealed under the mental key, found, and read back as it was', async () => {
    const text = `{"resourceType":"DocumentReference","meta":{"security":[{"system":"urn:x","code":"own"}]},"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"28627-8"}]},"subject":{"reference":"${subject.reference}"},"content":[{"attachment":{"contentType":"text/plain","data":"TG93IG1vb2Q="}}]}`
    const created = await ask('POST', '/DocumentReference', undefined, { text })
    assert.equal(created.status, 201)
    const [label] = await labelsOf(running, 'DocumentReference')
    assert.deepEqual(
      [label?.keyClass, label?.security],
      ['mental', { confidentiality: 'R', sensitivities: ['PSY'], policies: [] }],
    )
    const read = await ask('GET', `/DocumentReference/${created.json.id}`)
    assert.equal(read.text, created.text)
    assert.ok(read.text.endsWith(text.slice(text.indexOf('"status"'))), 'what was sent is what is kept')
    assert.deepEqual(read.json.meta.security, [{ system: 'urn:x', code: 'own' }])
    for (const query of [`patient=${patient.id}`, `patient=${patient.id}&type=http://loinc.org|28627-8`, '']) {
      const found = await ask('GET', `/DocumentReference?${query}`)
      assert.deepEqual(resourcesOf(found), [read.json], query)
    }
    const history = await ask('GET', `/DocumentReference/${created.json.id}/_history`)
    assert.deepEqual(resourcesOf(history), [read.json])
  })

  await t.test('what is not sensitive stays general, and its label is as long', async () => {
    for (const code of ['38341003', '370143000', '75544000', '86406008', '190905008'])
      assert.equal(
        (await ask('POST', '/Condition', { resourceType: 'Condition', subject, code: concept(SNOMED, code) })).status,
        201,
      )
    const labels = await labelsOf(running, 'Condition')
    assert.deepEqual(
      labels.map((one) => one.keyClass),
      ['general', 'mental', 'sud', 'hiv', 'genetic'],
    )
    assert.deepEqual(labels[2]?.security?.policies, ['42CFRPart2'])
    assert.equal(labels[0]?.security, undefined)
    assert.equal((await sizes('Condition')).size, 1)
    assert.equal(resourcesOf(await ask('GET', `/Condition?patient=${patient.id}`)).length, 5)
  })

  await t.test('the care a girl of fifteen seeks by herself is hers', async () => {
    const order = (authoredOn: string) => ({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      subject,
      authoredOn,
      medicationCodeableConcept: concept('http://www.whocc.no/atc', 'G03AA07'),
    })
    assert.equal((await ask('POST', '/MedicationRequest', order('2025-09-01'))).status, 201)
    assert.equal((await ask('POST', '/MedicationRequest', order('2030-09-01'))).status, 201)
    const given = (await labelsOf(running, 'MedicationRequest')).map((one) => one.security?.sensitivities)
    assert.deepEqual(given, [['ADOL', 'SEX'], ['SEX']])
  })

  await t.test('an update that makes it sensitive moves it to another key, and back', async () => {
    const body = (code: string, id?: string) => ({
      resourceType: 'Procedure',
      ...(id !== undefined && { id }),
      status: 'completed',
      subject,
      code: concept(SNOMED, code),
    })
    const { json } = await ask('POST', '/Procedure', body('80146002'))
    for (const code of ['386639001', '80146002'])
      assert.equal((await ask('PUT', `/Procedure/${json.id}`, body(code, json.id))).status, 200)
    const classes = (await labelsOf(running, 'Procedure')).map((one) => one.keyClass)
    assert.deepEqual(classes, ['general', 'repro', 'general'])
    assert.equal((await ask('DELETE', `/Procedure/${json.id}`)).status, 204)
  })

  await sound(running)

  await t.test(
    'new rules: a dry run says what would change, and the run changes it while the server runs',
    async () => {
      const before = (await ask('GET', `/Condition?patient=${patient.id}`)).json.entry
      const told = await running.cli('labels', 'relabel', '--dry-run')
      assert.deepEqual([told.code, told.answer.changed], [0, 0])
      writeFileSync(
        join(rules, 'ours.json'),
        JSON.stringify({
          rules: [
            {
              id: 'the-mayor-has-high-blood-pressure',
              sensitivities: ['PSY'],
              confidentiality: 'V',
              because: 'Everybody asks.',
              codes: { snomed: { '38341003': 'hypertension', '80146002': 'appendectomy' } },
              prefixes: { icd10: ['I10'] },
            },
          ],
        }),
      )
      const old = (await running.cli('labels', 'status')).answer
      assert.equal(old.underOtherRules, old.records, 'all of them were labelled under the rules before')
      const dry = await running.cli('labels', 'relabel', '--dry-run')
      assert.deepEqual([dry.answer.changed, dry.answer.becomes], [4, { 'N → V PSY': 4 }])
      assert.equal((await labelsOf(running, 'Condition'))[0]?.keyClass, 'general')

      const done = await running.cli('labels', 'relabel')
      assert.deepEqual([done.code, done.answer.changed, done.answer.becomes], [0, 4, { 'N → V PSY': 4 }])
      const [label] = await labelsOf(running, 'Condition')
      assert.deepEqual(
        [label?.keyClass, label?.security],
        ['mental', { confidentiality: 'V', sensitivities: ['PSY'], policies: [] }],
      )
      const procedures = (await labelsOf(running, 'Procedure')).map((one) => one.keyClass)
      assert.deepEqual(procedures, ['mental', 'repro', 'mental', 'mental'])
      const after = (await ask('GET', `/Condition?patient=${patient.id}`)).json.entry
      assert.deepEqual(after, before, 'readers see nothing of it')
      assert.equal((await running.cli('labels', 'relabel')).answer.changed, 0)
      await sound(running)
    },
  )

  await t.test('resealing everything hides what changed, and every row stays sound', async () => {
    const { code, answer } = await running.cli('labels', 'relabel', '--all')
    assert.deepEqual([code, answer.changed], [0, 0])
    await sound(running)
    const status = await running.cli('labels', 'status')
    assert.equal(status.answer.labels.HIV, 1)
    assert.equal(status.answer.labels.V, 1)
    assert.ok(status.answer.relabelledAt)
    assert.equal(status.answer.underOtherRules, 0)
    const note = await ask('GET', `/DocumentReference?patient=${patient.id}`)
    assert.equal(resourcesOf(note).length, 1)
    const { json } = await ask('POST', '/Condition', {
      resourceType: 'Condition',
      subject,
      code: concept(ICD10, 'F32.9'),
    })
    assert.equal((await ask('GET', `/Condition/${json.id}`)).status, 200)
  })

  await t.test('relabelling and those who write and read do not disturb each other', async () => {
    let working = true
    const write = async (n: number) => {
      const { json } = await ask('POST', '/Condition', {
        resourceType: 'Condition',
        subject,
        code: concept(SNOMED, '86406008'),
      })
      let last = json
      for (let round = 0; working; round++) {
        const code = concept(SNOMED, (round + n) % 2 === 0 ? '370143000' : '195967001')
        const reply = await ask('PUT', `/Condition/${last.id}`, { ...last, code })
        assert.equal(reply.status, 200, reply.text)
        last = reply.json
        assert.deepEqual((await ask('GET', `/Condition/${last.id}`)).json, last)
        assert.equal((await ask('GET', `/Condition?patient=${patient.id}&_id=${last.id}`)).status, 200)
      }
    }
    const writing = Promise.all([0, 1, 2, 3].map(write))
    for (let run = 0; run < 2; run++) assert.equal((await running.cli('labels', 'relabel', '--all')).code, 0)
    working = false
    await writing
    await sound(running)
  })

  await t.test('an interrupted run goes on where it stopped, and the next one begins at the beginning', async () => {
    const { rules: version } = (await running.cli('labels', 'status')).answer
    const sql = await running.database()
    const [middle] = await sql.query<{ row_id: RowId }>(
      'select row_id from record_heads order by row_id offset 5 limit 1',
    )
    const progress = join(running.data, 'relabel.json')
    writeFileSync(progress, JSON.stringify({ rules: version, after: middle?.row_id }))
    const rest = (await running.cli('labels', 'relabel')).answer
    const whole = (await running.cli('labels', 'relabel')).answer
    assert.deepEqual([rest.resumed, whole.resumed, whole.records - rest.records], [true, false, 6])
    writeFileSync(progress, JSON.stringify({ rules: 'others', after: middle?.row_id }))
    assert.equal((await running.cli('labels', 'relabel')).answer.records, whole.records)
  })

  await t.test('an older copy of a resealed row that is put back is found', async () => {
    const sql = await running.database()
    const [row] = await sql.query<{ row_id: RowId; label: Buffer; body: Buffer; entry_id: string }>(
      "select row_id, label, body, entry_id from record_versions where type = 'DocumentReference'",
    )
    assert.equal((await running.cli('labels', 'relabel', '--all')).code, 0)
    await sql.query('update record_versions set label = $2, body = $3, entry_id = $4::uuid where row_id = $1::uuid', [
      row?.row_id,
      row?.label,
      row?.body,
      row?.entry_id,
    ])
    const { code, answer } = await running.cli('verify', '--keyless')
    assert.equal(code, 4)
    assert.ok(answer.findings.every((one: { code: string }) => one.code === 'record.missing'))
  })
})
