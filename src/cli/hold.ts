import { Refusal } from '../kernel/refusal.ts'
import { liftHold, listHolds, placeHold } from '../vault/legal-holds.ts'
import { type Command, UsageError } from './command.ts'
import { ownerOfPatient } from './find-patient.ts'
import { withInstallation } from './open-installation.ts'
import { currentOperator } from './operator-key.ts'
import { recordAct } from './record-act.ts'

export const hold: Command = {
  usage: 'hold add|list|lift [Patient/<id> | hold]',
  says: 'Legal holds: while one stands, the chart cannot be shredded.',
  flags: {
    reason: { type: 'string', says: 'Why, for the record.' },
    operator: { type: 'string', says: 'Who you are, when several operators have keys here.' },
  },
  run: ({ config, positionals: [verb, what], flags, say, answer }) =>
    withInstallation(config, say, async ({ chartwarden }) => {
      const { database, store } = chartwarden
      if (verb === 'list') {
        const holds = await listHolds(database, store.key('identity'))
        answer(
          { holds },
          holds.map(
            (one) =>
              `${one.id}  ${one.patient.padEnd(40)} ${one.liftedAt === null ? 'stands' : 'lifted'}  ${one.reason}`,
          ),
        )
        return 0
      }
      if (verb !== 'add' && verb !== 'lift') throw new UsageError('Say add, list or lift.')
      const { actor } = await currentOperator(database, config.data, flags['operator'] as string | undefined)
      if (verb === 'lift') {
        if (!(await liftHold(database, what ?? '')))
          throw new Refusal('record.not-found', 'There is no such hold, or it was lifted before.')
        await recordAct(chartwarden, actor, 'hold-lifted', [`hold/${what}`])
        answer({ lifted: what }, [`Lifted ${what}.`])
        return 0
      }
      const { reason } = flags
      if (typeof reason !== 'string' || reason.trim() === '') throw new UsageError('Say why: --reason "…"')
      const { owner, reference } = await ownerOfPatient(chartwarden, what)
      const id = await placeHold(database, store.key('identity'), owner, reference, reason)
      await recordAct(chartwarden, actor, 'hold-placed', [`hold/${id}`])
      answer({ hold: id, patient: reference }, [`${id} holds ${reference}.`])
      return 0
    }),
}
