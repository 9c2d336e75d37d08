/** What a clause reads of the request, its caller and data, through defs too. */
import { type Expression, type Model, showType, type Type } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import { type Explanation, elementsOf, Failure, showDuration, showTimestamp, type Value } from '../../spec/interpreter/index.ts'

export interface Read {
  /** As it is written: `caller.level`. */
  readonly path: string
  readonly type: string
  /** Where it is asked for, and was evaluated. */
  readonly value?: unknown
}

/** In the order of the text, each path once. `seen`: the values that are to be told. */
export function readsOf(clause: Expression, model: Model, seen: Explanation['seen'] | null): readonly Read[] {
  const reads = new Map<string, Read>()
  const enter = (part: Expression): boolean => {
    const reference = part.kind === 'Call' ? model.referenceOf(part) : null
    if (reference?.kind === 'def') walkExpressions(reference.def.body, enter)
    if (!isPath(part, model)) return true
    const path = part.span.source.text.slice(part.span.start, part.span.end)
    const type = model.typeOf(part)
    const value = seen?.get(part)
    const isKnown = value !== undefined && !(value instanceof Failure)
    reads.set(path, { path, type: showType(type), ...(isKnown && { value: valueJson(value, type) }) })
    // What a key is made of is read as well.
    for (const key of keysOf(part)) walkExpressions(key, enter)
    return false
  }
  walkExpressions(clause, enter)
  return [...reads.values()]
}

const ROOTS: ReadonlySet<string> = new Set(['caller', 'params', 'query', 'body', 'request', 'source', 'connection'])

/** `caller.level`, `assigned`, `request.headers["x"]`: what begins with a root or data, but for a root alone. */
function isPath(expression: Expression, model: Model): boolean {
  if (expression.kind === 'Identifier') return isNamed(expression, model) === 'data'
  if (!('object' in expression)) return false
  return isNamed(expression.object, model) !== null || isPath(expression.object, model)
}

/** A variable may have the name of a root, and a namespace is no value. */
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
