import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Who may import whom (DESIGN: the house). `*` is everything; an edge takes types only from the rest. */
const FOUNDATION = ['kernel']
const DOMAIN = ['vault', 'ledger', 'policy', 'database', 'kernel']
const MAY: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  database: FOUNDATION,
  vault: [...FOUNDATION, 'database'],
  ledger: [...FOUNDATION, 'database'],
  policy: FOUNDATION,
  consent: DOMAIN,
  identity: DOMAIN,
  records: DOMAIN,
  watch: DOMAIN,
  http: FOUNDATION,
  cli: ['*'],
  'chartwarden.ts': ['*'],
  'config.ts': FOUNDATION,
  'main.ts': ['cli', 'chartwarden.ts'],
}
const EDGES = new Set(['http'])
const MOST_KERNEL_FILES = 12
const MINTS = /\bmintReceipt\b/
const CASTS = /\bas Receipt\b|<Receipt>\s*\(|as unknown as Receipt/

export type Violation = { readonly file: string; readonly what: string }

/** Reads every source under `src` and returns what breaks the layers. Throws when it finds no files at all. */
export function checkLayers(root: string): Violation[] {
  const src = join(root, 'src')
  const files = globSync('**/*.ts', { cwd: src }).filter((file) => !file.endsWith('.test.ts'))
  if (files.length === 0) throw new Error(`no sources under ${src}: the check would be a false green`)
  const violations = files.flatMap((file) => violationsOf(src, file))
  const kernel = files.filter((file) => file.startsWith('kernel/')).length
  if (kernel > MOST_KERNEL_FILES)
    violations.push({ file: 'kernel', what: `${kernel} files; at most ${MOST_KERNEL_FILES}` })
  return violations
}

const placeOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : file)

function violationsOf(src: string, file: string): Violation[] {
  const text = readFileSync(join(src, file), 'utf8')
  const from = placeOf(file)
  const allowed = MAY[from]
  if (allowed === undefined) return [{ file, what: `${from} has no place in the layers` }]
  const found: Violation[] = []
  for (const [whole, specifier] of text.matchAll(
    /^(?:import|export)\s[^'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'/gms,
  )) {
    // The content (policies, and the words people read) is data, and belongs to nobody.
    if (/^(\.\.\/)+policies\/.*\.json$/.test(specifier as string)) continue
    const target = placeOf(relative(src, normalize(resolve(dirname(join(src, file)), specifier as string))))
    if (target === from || allowed.includes('*') || allowed.includes(target)) continue
    if (EDGES.has(from) && /^import\s+type\s/.test(whole)) continue
    found.push({ file, what: `${from} imports ${target} (${specifier})` })
  }
  if (CASTS.test(text)) found.push(...(file === 'kernel/receipt.ts' ? [] : [{ file, what: 'casts to Receipt' }]))
  if (MINTS.test(text) && from !== 'ledger' && file !== 'kernel/receipt.ts')
    found.push({ file, what: 'mints a Receipt' })
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkLayers(fileURLToPath(new URL('..', import.meta.url)))
  for (const { file, what } of violations) process.stderr.write(`${file}: ${what}\n`)
  process.stdout.write(violations.length === 0 ? 'layers: in order\n' : `layers: ${violations.length} violations\n`)
  process.exitCode = violations.length === 0 ? 0 : 1
}
