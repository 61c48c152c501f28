import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkLayers } from './layers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('the sources keep the layers', () => {
  assert.deepEqual(checkLayers(root), [])
})

test('a planted violation of each kind is found', (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'layers-'))
  t.after(() => rmSync(copy, { recursive: true, force: true }))
  cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true })
  const planted: Record<string, string> = {
    'kernel/planted.ts': "import { readRoot } from '../vault/root-file.ts'\nexport const x = readRoot\n",
    'vault/planted.ts': "import type { Append } from '../ledger/append.ts'\nexport type X = Append\n",
    'http/planted.ts': "import { loadPolicies } from '../policy/decide.ts'\nexport const x = loadPolicies\n",
    'records/planted-cast.ts': "import type { Receipt } from '../kernel/receipt.ts'\nexport const x = {} as Receipt\n",
    'records/planted-mint.ts':
      "import {\n  mintReceipt,\n} from '../kernel/receipt.ts'\nexport const x = mintReceipt\n",
    'elsewhere/planted.ts': 'export const x = 1\n',
  }
  cpSync(join(root, 'src/kernel'), join(copy, 'src/elsewhere'), { recursive: true })
  for (const [file, text] of Object.entries(planted)) writeFileSync(join(copy, 'src', file), text)
  const found = new Set(checkLayers(copy).map((one) => one.file))
  for (const file of Object.keys(planted)) assert.ok(found.has(file), `${file} was not found`)
})
