import { type Condition, parseCondition } from './condition.ts'
import {
  EXTENSION,
  MUST_EXPIRE,
  PLACEHOLDERS,
  type Playbook,
  STEP_KINDS,
  type StepKind,
  type WorkflowStep,
} from './playbook.ts'

type Json = { readonly [name: string]: unknown }
/** Where in which file something is wrong, and what. */
export type Fault = { readonly file: string; readonly place: string; readonly says: string }

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const KNOWN = new Set([
  ...['type', 'spec_version', 'id', 'name', 'description', 'created', 'modified', 'created_by', 'priority', 'labels'],
  ...['playbook_types', 'playbook_activities', 'severity', 'impact', 'revoked', 'valid_from', 'valid_until'],
  ...['external_references', 'workflow_start', 'workflow', 'playbook_extensions'],
])
const STEP_ID = /^(start|end|action|if-condition)--[a-z0-9-]+$/

/** One playbook, or everything that is wrong with it. */
export function parsePlaybook(file: string, value: unknown): Playbook | Fault[] {
  const faults: Fault[] = []
  const wrong = (place: string, says: string) => void faults.push({ file, place, says })
  if (!isJson(value)) return [{ file, place: 'the file', says: 'a playbook is one JSON object' }]
  if (value.type !== 'playbook') wrong('type', 'is "playbook"')
  if (value.spec_version !== 'cacao-2.0') wrong('spec_version', 'is "cacao-2.0"')
  for (const name of ['id', 'name', 'description'])
    if (typeof value[name] !== 'string' || value[name] === '') wrong(name, 'is missing')
  for (const name of Object.keys(value)) if (!KNOWN.has(name)) wrong(name, 'is not understood here')
  const priority = value.priority ?? 50
  if (typeof priority !== 'number' || !(priority >= 0 && priority <= 100)) wrong('priority', 'is a number up to 100')
  const trigger = parseTrigger(value.playbook_extensions, wrong)
  const steps = new Map<string, WorkflowStep>()
  if (!isJson(value.workflow)) wrong('workflow', 'is missing')
  else
    for (const [id, step] of Object.entries(value.workflow)) {
      const parsed = parseStep(id, step, wrong)
      if (parsed !== undefined) steps.set(id, parsed)
    }
  const start = typeof value.workflow_start === 'string' ? value.workflow_start : ''
  if (faults.length === 0) checkWay(steps, start, wrong)
  if (faults.length > 0 || trigger === undefined) return faults
  return {
    file,
    id: value.id as string,
    name: value.name as string,
    description: value.description as string,
    priority: priority as number,
    ...trigger,
    start,
    steps,
  }
}

type Wrong = (place: string, says: string) => void

function parseTrigger(value: unknown, wrong: Wrong): { on: 'alert' | 'case'; trigger: Condition } | undefined {
  const place = `playbook_extensions.${EXTENSION}`
  const extension = isJson(value) ? value[EXTENSION] : undefined
  if (!isJson(extension)) return void wrong(place, 'is missing: it says what sets the playbook going')
  const { on, trigger } = extension
  if (on !== 'alert' && on !== 'case') return void wrong(`${place}.on`, 'is "alert" or "case"')
  if (typeof trigger !== 'string') return void wrong(`${place}.trigger`, 'is a condition')
  const condition = parseCondition(trigger)
  if (typeof condition === 'string') return void wrong(`${place}.trigger`, condition)
  return { on, trigger: condition }
}

function parseStep(id: string, step: unknown, wrong: Wrong): WorkflowStep | undefined {
  const place = `workflow.${id}`
  if (!isJson(step)) return void wrong(place, 'is no step')
  const { type } = step
  if (!STEP_ID.test(id) || id.split('--')[0] !== type)
    return void wrong(place, `a step is named by its type, as in action--ask; "${String(type)}" is not`)
  const text = (name: string): string => {
    const given = step[name]
    if (typeof given === 'string') return given
    wrong(`${place}.${name}`, 'names the step that follows')
    return ''
  }
  switch (type) {
    case 'start':
      return { type, next: text('on_completion') }
    case 'end':
      return { type }
    case 'if-condition': {
      const condition = parseCondition(typeof step.condition === 'string' ? step.condition : '')
      if (typeof condition === 'string') return void wrong(`${place}.condition`, condition)
      const otherwise = step.on_false === undefined ? undefined : text('on_false')
      return { type, condition, onTrue: text('on_true'), ...(otherwise !== undefined && { onFalse: otherwise }) }
    }
    case 'action':
      return parseAction(place, step, text('on_completion'), wrong)
    default:
      return void wrong(`${place}.type`, `unknown step "${String(type)}"; known: start, end, action, if-condition`)
  }
}

function parseAction(place: string, step: Json, next: string, wrong: Wrong): WorkflowStep | undefined {
  const { name, commands, delay = 0, timeout } = step
  if (!(STEP_KINDS as readonly unknown[]).includes(name))
    return void wrong(`${place}.name`, `unknown step "${String(name)}"; known: ${STEP_KINDS.join(', ')}`)
  const kind = name as StepKind
  const [command] = Array.isArray(commands) ? (commands as unknown[]) : []
  if (!isJson(command) || command.type !== 'manual' || typeof command.command !== 'string')
    return void wrong(`${place}.commands`, 'holds one command of type manual, whose command is the text')
  for (const [, word = ''] of command.command.matchAll(/\{([^}]*)\}/g))
    if (!(PLACEHOLDERS as readonly string[]).includes(word))
      wrong(`${place}.commands`, `unknown {${word}}; known: ${PLACEHOLDERS.map((one) => `{${one}}`).join(', ')}`)
  // Why it stood out may give away what the person may not know: that a chart is a decoy, or whose it is.
  if (kind === 'notify-person' && command.command.includes('{why}'))
    wrong(`${place}.commands`, 'tells the person {why}; only the officer and the manager are told')
  for (const [at, value] of [
    ['delay', delay],
    ['timeout', timeout],
  ])
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= 0))
      wrong(`${place}.${String(at)}`, 'is a whole number of milliseconds')
  if (MUST_EXPIRE.has(kind) && timeout === undefined) wrong(`${place}.timeout`, `${kind} says when it ends`)
  return {
    type: 'action',
    kind,
    text: command.command,
    delay: delay as number,
    ...(timeout !== undefined && { timeout: timeout as number }),
    next,
  }
}

const followersOf = (step: WorkflowStep): readonly string[] => {
  if (step.type === 'end') return []
  if (step.type === 'if-condition') return [step.onTrue, ...(step.onFalse === undefined ? [] : [step.onFalse])]
  return [step.next]
}

/** Every way leads from the start to an end, in no circle, and nothing lies beside the ways. */
function checkWay(steps: ReadonlyMap<string, WorkflowStep>, start: string, wrong: Wrong) {
  if (steps.get(start)?.type !== 'start') return wrong('workflow_start', `"${start}" is no step of type start`)
  const done = new Set<string>()
  const walk = (id: string, before: readonly string[]) => {
    const step = steps.get(id)
    if (step === undefined) return wrong(`workflow.${before.at(-1)}`, `there is no step "${id}" to follow`)
    if (before.includes(id)) return wrong(`workflow.${id}`, 'comes back to itself')
    if (done.has(id)) return
    for (const one of followersOf(step)) walk(one, [...before, id])
    done.add(id)
  }
  walk(start, [])
  for (const id of steps.keys()) if (!done.has(id)) wrong(`workflow.${id}`, 'is never reached')
}
