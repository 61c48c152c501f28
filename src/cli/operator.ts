import { TENANT_ID } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type Command, UsageError } from './command.ts'
import { withInstallation } from './open-installation.ts'
import { addOperator, currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export const operator: Command = {
  usage: 'operator add|list|remove [name]',
  says: 'The people who operate this installation, each with a signing key of their own.',
  flags: { operator: { type: 'string', says: 'Who you are, when several operators have keys here.' } },
  run: ({ config, positionals: [verb, name], flags, say, answer }) =>
    withInstallation(config, say, async ({ chartwarden }) => {
      const sql = chartwarden.database
      if (verb === 'list') {
        const rows = await sql.query<{ operator_id: string; added_at: Date; removed_at: Date | null }>(
          `select operator_id, added_at, removed_at from operators where tenant_id = ${TENANT_ID} order by added_at`,
        )
        const operators = rows.map((row) => ({ id: row.operator_id, addedAt: row.added_at, removedAt: row.removed_at }))
        answer(
          { operators },
          operators.map(
            (one) =>
              `${one.id.padEnd(32)} ${one.removedAt === null ? 'active' : `removed ${one.removedAt.toISOString()}`}`,
          ),
        )
        return 0
      }
      if (name === undefined || (verb !== 'add' && verb !== 'remove'))
        throw new UsageError('Say add, list or remove, and a name.')
      const { actor } = await currentOperator(sql, config.data, flags.operator as string | undefined)
      if (verb === 'add') {
        const { keyFile } = await addOperator(sql, config.data, name)
        await recordAct(chartwarden, actor, 'operator-added', [`operator/${name}`])
        answer({ operator: name, keyFile }, [
          `${name} signs with ${keyFile}. Move that file to where only ${name} can read it.`,
        ])
        return 0
      }
      const left = await sql.query(
        `update operators set removed_at = now() where tenant_id = ${TENANT_ID} and operator_id = $1 and removed_at is null
         and (select count(*) from operators where tenant_id = ${TENANT_ID} and removed_at is null) > 1 returning operator_id`,
        [name],
      )
      if (left.length === 0) throw new Refusal('record.conflict', `${name} is no operator, or is the last one.`)
      await recordAct(chartwarden, actor, 'operator-removed', [`operator/${name}`])
      answer({ removed: name }, [`${name} is no operator any more.`])
      return 0
    }),
}
