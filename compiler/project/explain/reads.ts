/** The values that a clause reads of the request, its caller and data, also through defs. */

import {
  EvalFailure,
  elementsOf,
  type InterpretedTrace,
  showDuration,
  showTimestamp,
  type Value,
} from '../../../interpreter/index.ts'
import { type Expression, type Model, type Role, type Rule, showType, type Type } from '../../../language/index.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'

export interface Read {
  /** Path as written: `caller.level`. */
  readonly path: string
  readonly type: string
  /** Value of the read. Absent if values were not requested, or the read was not evaluated. */
  readonly value?: unknown
}

/**
 * Returns the input paths that a clause reads, each once, in the order of the text.
 *
 * @param seen the values of evaluated expressions; null to omit values
 */
export function readsOf(clause: Expression, model: Model, seen: InterpretedTrace['seen'] | null): readonly Read[] {
  const reads = new Map<string, Read>()
  const enter = (part: Expression): boolean => {
    const reference = part.kind === 'Call' ? model.referenceOf(part) : null
    if (reference?.kind === 'def') walkExpressions(reference.def.body, enter)
    if (!isPath(part, model)) return true
    const path = part.span.source.text.slice(part.span.start, part.span.end)
    const type = model.typeOf(part)
    const value = seen?.get(part)
    const isKnown = value !== undefined && !(value instanceof EvalFailure)
    reads.set(path, { path, type: showType(type), ...(isKnown && { value: valueJson(value, type) }) })
    // A key's operands are read too.
    for (const key of keysOf(part)) walkExpressions(key, enter)
    return false
  }
  walkExpressions(clause, enter)
  return [...reads.values()]
}

/**
 * Returns whether a clause reads an unknown input.
 *
 * @param lacking the unknown inputs: paths such as `caller.level`, and `data NAME`
 */
export function readsLacking(clause: Expression, model: Model, lacking: ReadonlySet<string>): boolean {
  let found = readsOf(clause, model, null).some(({ path }) => isLacking(path, lacking))
  const enter = (part: Expression): void => {
    if (part.kind === 'Requirement') found ||= AUTHENTICATION.some((path) => lacking.has(path))
    const reference = part.kind === 'Call' || part.kind === 'Is' ? model.referenceOf(part) : null
    if (reference?.kind === 'def') walkExpressions(reference.def.body, enter)
    if (reference?.kind === 'role') found ||= isRoleUnknown(reference.role, model, lacking)
  }
  walkExpressions(clause, enter)
  return found
}

const AUTHENTICATION = ['auth.time', 'auth.acr', 'auth.mfa']

/** `request.headers[?"x"]` counts as `request.headers["x"]`, and `body.who.name` as part of `body.who`. */
function isLacking(written: string, lacking: ReadonlySet<string>): boolean {
  const path = written.replace(/\[\?/g, '[').replace(/\.\?/g, '.').replace(/\s+/g, '')
  const [, datum = ''] = /^(\w+)/.exec(path) ?? []
  if (lacking.has(`data ${datum}`)) return true
  // The whole certificate determines its parts.
  const whole = path.replace(/^caller\.(?:trust_domain|path)\b/, 'caller.spiffe_id').replace(/^source\.ip\b/, 'source')
  for (const one of lacking)
    if (whole === one || (whole.startsWith(one) && /[.[]/.test(whole[one.length] ?? '')) || one.startsWith(`${whole}.`))
      return true
  return false
}

/** Returns whether the `to` of a rule names a role whose condition reads an unknown input. */
export function readsRolesLacking({ to }: Rule, model: Model, lacking: ReadonlySet<string>): boolean {
  return lacking.size > 0 && to.some((one) => one.kind === 'role' && isRoleUnknown(one.role, model, lacking))
}

function isRoleUnknown({ condition }: Role, model: Model, lacking: ReadonlySet<string>): boolean {
  return condition !== null && readsLacking(condition, model, lacking)
}

const ROOTS: ReadonlySet<string> = new Set(['caller', 'params', 'query', 'body', 'request', 'source', 'connection'])

/** Whether it is a path from a root or data: `caller.level`, `assigned`, `request.headers["x"]`. A root alone is none. */
function isPath(expression: Expression, model: Model): boolean {
  if (expression.kind === 'Identifier') return isNamed(expression, model) === 'data'
  if (!('object' in expression)) return false
  return isNamed(expression.object, model) !== null || isPath(expression.object, model)
}

/** A variable may have a root's name, and a namespace is no value. */
function isNamed(expression: Expression, model: Model): 'root' | 'data' | null {
  if (expression.kind !== 'Identifier') return null
  const { name } = expression
  if (!ROOTS.has(name) && !model.data.some((datum) => datum.name === name)) return null
  const { kind } = model.referenceOf(expression)
  return kind === 'root' || kind === 'data' ? kind : null
}

function keysOf(path: Expression): readonly Expression[] {
  if (!('object' in path)) return []
  return [...keysOf(path.object), ...('index' in path ? [path.index] : [])]
}

function valueJson(value: Value, type: Type): unknown {
  switch (type.kind) {
    case 'timestamp':
      return showTimestamp(value as bigint)
    case 'duration':
      return showDuration(value as bigint)
    case 'list':
    case 'set':
      return elementsOf(value).map((element) => valueJson(element, type.element))
    case 'optional':
      return elementsOf(value).map((element) => valueJson(element, type.value))[0] ?? null
    case 'map':
      return membersJson(value as ReadonlyMap<string, Value>, () => type.value)
    case 'record':
      return membersJson(value as ReadonlyMap<string, Value>, (name) => type.fields.get(name)?.type as Type)
    case 'hierarchy':
      return Object.fromEntries(value as ReadonlyMap<string, Value>)
    case 'double':
      // JSON has no such numbers.
      return Number.isFinite(value) ? value : String(value)
    default:
      return value
  }
}

function membersJson(members: ReadonlyMap<string, Value>, typeOf: (name: string) => Type): object {
  return Object.fromEntries([...members].map(([name, member]) => [name, valueJson(member, typeOf(name))]))
}
