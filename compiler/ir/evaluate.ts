/**
 * The meaning of an IR expression, in the plainest code: what tests hold passes and emitted code against. An error is `ERROR`,
 * sets are arrays without repetition.
 */
import { helpers } from '../../runtime/abi/index.ts'
import { unreachable } from '../unreachable.ts'
import type { Chain, Expr } from './expression.ts'

export const ERROR = Symbol('error')

export interface World {
  readonly params: readonly unknown[]
  readonly caller: Readonly<Record<string, unknown>>
  readonly roles: readonly number[]
  readonly identity: number
  readonly request: Readonly<Record<'method' | 'host' | 'path', string>>
  readonly headers: Readonly<Record<string, string>>
}

// biome-ignore lint/suspicious/noExplicitAny: values of every type, by their types
type Value = any

export function evaluateIr(expression: Expr, world: World): Value {
  const strict = (parts: readonly Expr[], operation: (...values: Value[]) => Value): Value => {
    const values = parts.map((part) => evaluateIr(part, world))
    return values.includes(ERROR) ? ERROR : operation(...values)
  }
  switch (expression.kind) {
    case 'Const':
      return expression.value
    case 'Absent':
      throw new Error('read of what is absent')
    case 'Param':
      return world.params[expression.index]
    case 'CallerField':
      return world.caller[expression.name]
    case 'RoleTest':
      return ((world.roles[expression.word] ?? 0) & expression.mask) !== 0
    case 'IdentityTest':
      return world.identity === expression.index
    case 'RequestField':
      return world.request[expression.name]
    case 'Header':
      return world.headers[expression.name]
    case 'HeaderTest':
      return expression.name in world.headers
    case 'Field':
      return strict([expression.object], (object) => object[expression.name])
    case 'MapRead':
      return strict([expression.map, expression.key], (map, key) => map.get(key))
    case 'Present':
      return strict([expression.target], (value) => value !== undefined)
    case 'Chain':
      return evaluateChain(expression, world)
    case 'Not':
      return strict([expression.operand], (value) => !value)
    case 'Conditional': {
      const test = evaluateIr(expression.test, world)
      return test === ERROR ? ERROR : evaluateIr(test ? expression.then : expression.otherwise, world)
    }
    case 'Compare':
      return strict([expression.left, expression.right], (left, right) => {
        const [a, b] = typeof left === 'string' ? [helpers.compare(left, right), 0] : [left, right]
        return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[expression.operator]
      })
    case 'Equal':
      return strict([expression.left, expression.right], (left, right) => same(expression.left.type.kind, left, right))
    case 'In':
      return strict([expression.element, expression.collection], (element, collection) =>
        collection instanceof Map ? collection.has(element) : collection.some((one: Value) => one === element),
      )
    case 'Arithmetic':
      return strict([expression.left, expression.right], (left, right) => {
        const result = expression.operator === '+' ? left + right : left - right
        return expression.type.kind === 'double' || Number.isSafeInteger(result) ? result : ERROR
      })
    case 'Negate':
      return strict([expression.operand], (value) => -value)
    case 'Concat':
      return strict([expression.left, expression.right], (left, right) =>
        Array.isArray(left) ? [...left, ...right] : left + right,
      )
    case 'Collect':
      return strict(expression.elements, (...values) => (expression.type.kind === 'set' ? distinct(values) : values))
    case 'TextTest':
      return strict([expression.text, expression.part], (text, part) =>
        expression.name === 'contains' ? text.includes(part) : text[expression.name](part),
      )
    case 'ChangeCase':
      return strict([expression.operand], (text) => helpers[expression.name](text))
    case 'Size':
      return strict([expression.operand], (value) =>
        typeof value === 'string' ? [...value].length : (value.size ?? value.length),
      )
    default:
      return unreachable(expression)
  }
}

/** What settles the chain settles it wherever it stands; an operand whose guard erred is an error unseen. */
function evaluateChain({ operator, operands }: Chain, world: World): Value {
  const settles = operator === '||'
  const values: Value[] = []
  for (const { expression, guards } of operands) {
    const value = guards.some((guard) => values[guard] === ERROR) ? ERROR : evaluateIr(expression, world)
    if (value === settles) return settles
    values.push(value)
  }
  return values.includes(ERROR) ? ERROR : !settles
}

function distinct(values: readonly Value[]): readonly Value[] {
  return values.filter((value, at) => !values.slice(0, at).some((other) => other === value))
}

function same(kind: string, left: Value, right: Value): boolean {
  if (kind !== 'list' && kind !== 'set') return left === right
  if (left.length !== right.length) return false
  if (kind === 'list') return left.every((value: Value, at: number) => value === right[at])
  return left.every((value: Value) => right.some((other: Value) => other === value))
}
