import { createHash } from 'node:crypto'
import { EXTENSION } from './playbook.ts'

type Json = Readonly<Record<string, unknown>>

/** A UUID (version 8, RFC 9562) that the same words always give. */
function uuidOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * A playbook as CACAO 2.0 wants it from other programs: steps named by UUIDs, an agent for every action, and the extension
 * defined. What it does stays words to people: commands of type manual.
 */
export function exportPlaybook(given: Json): Json {
  const id = String(given.id)
  const stepId = (name: unknown): unknown =>
    typeof name === 'string' ? `${name.split('--')[0]}--${uuidOf(`${id} ${name}`)}` : name
  const agent = `organization--${uuidOf(`${id} agent`)}`
  const steps = Object.entries((given.workflow ?? {}) as Record<string, Json>).map(([name, step]) => [
    stepId(name),
    {
      ...step,
      ...(step.on_completion !== undefined && { on_completion: stepId(step.on_completion) }),
      ...(step.on_true !== undefined && { on_true: stepId(step.on_true) }),
      ...(step.on_false !== undefined && { on_false: stepId(step.on_false) }),
      ...(step.type === 'action' && { agent }),
    },
  ])
  return {
    ...given,
    workflow_start: stepId(given.workflow_start),
    workflow: Object.fromEntries(steps) as Json,
    agent_definitions: { [agent]: { type: 'organization', name: 'The organisation that keeps the records' } },
    extension_definitions: {
      [EXTENSION]: {
        type: 'extension-definition',
        name: 'What sets a playbook going',
        created_by: given.created_by,
        schema: 'docs/watch.md#playbooks',
        version: '1',
      },
    },
  }
}
