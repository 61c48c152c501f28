import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import { type Database, openDatabase } from './sql.ts'

/** For tests only: an embedded PostgreSQL with every migration, which ends with the test. */
export async function testDatabase(t: TestContext): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'chartwarden-test-database-'))
  const embedded = await openEmbedded({ folder })
  const database = openDatabase(embedded.url)
  t.after(async () => {
    await database.close()
    await embedded.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await migrate(database)
  return database
}
