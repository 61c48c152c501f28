import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openInstallation } from '../../src/cli/open-installation.ts'
import { readConfig } from '../../src/config.ts'
import { parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { verifierOf } from '../../src/ledger/cosignature.ts'
import { openNote, splitNote } from '../../src/ledger/signed-note.ts'
import { askAs } from '../asking.ts'
import { type Running, startRunning } from '../running.ts'
import { rewriteTail } from './rewrite-tail.ts'

type Witness = { readonly vkey: string; readonly url: string; readonly witness: string; stop(): Promise<void> }

/** A witness as a process of its own, with its folder beside the data of the server. */
async function startWitness(t: TestContext, running: Running, folder: string, ...more: string[]): Promise<Witness> {
  const keys = join(running.data, 'ledger-vkeys.txt')
  const child = running.begin('witness', '--log', keys, '--data', folder, ...more)
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  t.after(stop)
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })
  const [line] = (await once(lines, 'line')) as [string]
  return { ...(JSON.parse(line) as { vkey: string; url: string; witness: string }), stop }
}

/** The served checkpoint, once it is signed by the log and by this witness, and nothing is left to take in. */
async function witnessed(running: Running, { vkey }: Witness): Promise<bigint> {
  const names = [...readFileSync(join(running.data, 'ledger-vkeys.txt'), 'utf8').trim().split('\n'), vkey]
  for (;;) {
    const note = await (await fetch(`${running.url}/ledger/checkpoint`)).text()
    const { text, signatures } = openNote(note, names.map(verifierOf))
    const { size } = parseCheckpoint(text)
    const [row] = await (await running.database()).query<{ n: number }>('select count(*) as n from ledger_entries')
    if (signatures.length === names.length && size === BigInt(row?.n ?? 0)) return size
    await sleep(100)
  }
}

const READS = 5

test('a ledger whose tail was cut off and signed again is not cosigned, and verify says so', async (t) => {
  const beside = mkdtempSync(join(tmpdir(), 'chartwarden-witness-'))
  t.after(() => rmSync(beside, { recursive: true, force: true }))
  const settings = join(beside, 'settings.json')
  const folder = join(beside, 'witness')
  const running = await startRunning(t, { settings: { CHARTWARDEN_SETTINGS: settings } })
  let witness = await startWitness(t, running, folder, '--port', '0', '--name', 'witness.example')
  const { port } = new URL(witness.url)
  writeFileSync(settings, JSON.stringify({ CHARTWARDEN_WITNESSES: witness.witness }))
  await running.stop()
  await running.start()

  const ask = await askAs(running, 'loader')
  const findings = async () => {
    const { code, answer } = await running.cli('verify')
    return {
      code,
      ...(answer as { findings: { code: string; text: string }[]; witnessed: boolean; unasked: string[] }),
    }
  }
  await ask('PUT', '/Patient/watched', { resourceType: 'Patient', id: 'watched' })
  const before = await witnessed(running, witness)

  await t.test('every new checkpoint is cosigned, over restarts of the witness', async () => {
    await witness.stop()
    await ask('PUT', '/Patient/watched', { resourceType: 'Patient', id: 'watched', active: true })
    const alone = await findings()
    assert.deepEqual([alone.code, alone.findings, alone.witnessed], [0, [], true])
    assert.match(alone.unasked[0] ?? '', /^witness\.example: /)
    const refused = await running.cli(
      'witness',
      '--log',
      join(running.data, 'ledger-vkeys.txt'),
      '--data',
      folder,
      '--name',
      'another.example',
    )
    assert.equal(refused.code, 3)
    witness = await startWitness(t, running, folder, '--port', port)
    assert.ok((await witnessed(running, witness)) > before)
    assert.equal((await findings()).code, 0)
  })

  for (let n = 0; n < READS; n++) assert.equal((await ask('GET', '/Patient/watched')).status, 200)
  const seen = await witnessed(running, witness)
  await running.stop()
  const { chartwarden, close } = await openInstallation({ ...readConfig({}), data: running.data }, () => undefined, {
    inspecting: true,
  })
  await rewriteTail(chartwarden, READS)
  await close()
  await running.start()

  await t.test('the witness has seen more than there is now, and so has whoever asks it', async () => {
    const { code, findings: found, witnessed: still } = await findings()
    assert.equal(code, 4)
    assert.deepEqual(new Set(found.map((one) => one.code)), new Set(['ledger.witness']))
    assert.match(found[0]?.text ?? '', /the tail of the log was cut off/)
    assert.equal(still, true, 'what was cosigned before the cut still holds')
  })

  await t.test('when the ledger has grown beyond it again, it is found rewritten', async () => {
    for (let n = 0; n < READS * 3; n++) await ask('GET', '/Patient/watched')
    while (!/ALARM: the witness witness\.example has seen another ledger/.test(running.log())) await sleep(100)
    let note = ''
    for (let size = 0n; size <= seen; size = parseCheckpoint(splitNote(note).text).size)
      note = await (await fetch(`${running.url}/ledger/checkpoint`)).text()
    assert.throws(() => openNote(note, [verifierOf(witness.vkey)]), /no known key signed/)
    const sql = await running.database()
    await sql.query('delete from ledger_cosignatures')
    const { code, findings: found, witnessed: still } = await findings()
    assert.equal(code, 4)
    assert.deepEqual(
      found.map((one) => one.code),
      ['ledger.witness'],
    )
    assert.match(found[0]?.text ?? '', /it was rewritten/)
    assert.equal(still, false)
  })
})
