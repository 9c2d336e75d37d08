/** The reference meaning of IR expressions, for tests of passes and emitted code. Values are theirs; an error is `ERROR`. */
import { type AuthenticationFacts, type Certificate, helpers, propertyName } from '../../../runtime/abi/index.ts'
import type { Arithmetic, Chain, Compare, Expr, Quantifier, RequirementTest, Select, VariableName } from '../expression.ts'
import { unreachable } from '../kinds.ts'
import { evaluateCall } from './evaluate-call.ts'

export const ERROR = Symbol('error')

// biome-ignore lint/suspicious/noExplicitAny: values of every type, by their types
type Value = any
type Fields = Readonly<Record<string, unknown>>

export interface Environment {
  readonly params: readonly unknown[]
  readonly caller: Fields
  readonly roles: readonly number[]
  readonly identity: number
  readonly auth: AuthenticationFacts
  readonly request: {
    readonly method: string
    readonly host: string
    readonly path: string
    readonly time: bigint
    readonly sourceIp: string
  }
  readonly headers: Readonly<Record<string, string>>
  readonly mtls: Certificate | null
  readonly query: Fields
  readonly body: unknown
  readonly data: Fields
  readonly variables?: ReadonlyMap<VariableName, unknown>
}

export function evaluateIr(expression: Expr, world: Environment): Value {
  const strict = (parts: readonly Expr[], operation: (...values: Value[]) => Value): Value => {
    const values = parts.map((part) => evaluateIr(part, world))
    return values.includes(ERROR) ? ERROR : operation(...values)
  }
  switch (expression.kind) {
    case 'Const':
      return expression.value
    case 'Absent':
      throw new Error('read of what is absent')
    case 'Variable':
      return world.variables?.get(expression.variable)
    case 'Param':
      return world.params[expression.index]
    case 'CallerField':
      return fieldOf(world.caller, expression.name)
    case 'RoleTest':
      return ((world.roles[expression.word] ?? 0) & expression.mask) !== 0
    case 'IdentityTest':
      return world.identity === expression.index
    case 'RequirementTest':
      return meets(expression, world)
    case 'RequestField':
      return world.request[expression.name]
    case 'Header':
      return world.headers[expression.name]
    case 'HeaderTest':
      return expression.name in world.headers
    case 'Mtls':
      return world.mtls ?? undefined
    case 'Query':
      return world.query
    case 'Body':
      return world.body
    case 'Data':
      return world.data[expression.name]
    case 'Field':
      return strict([expression.object], (object) => fieldOf(object, expression.name))
    case 'MapRead':
      return strict([expression.map, expression.key], (map, key) => map.get(key))
    case 'Position':
      return strict([expression.datum, expression.text], (_, text) => text)
    case 'Entry':
      return strict([expression.map, expression.at], (map, key) => map.get(key))
    case 'Below':
      return strict([expression.hierarchy, expression.at, expression.above], (hierarchy, name, above) =>
        (typeof above === 'string' ? [above] : [...above]).some((ancestor) => hierarchy.within(name, ancestor)),
      )
    case 'ListRead':
      return strict([expression.list, expression.index], (list, index) => list[index])
    case 'Present':
      return strict([expression.target], (value) => value !== undefined)
    case 'Optional': {
      const value = evaluateIr(expression.target, world)
      return value === undefined ? null : value
    }
    case 'Some':
      return evaluateIr(expression.operand, world)
    case 'Chain':
      return evaluateChain(expression, world)
    case 'Not':
      return strict([expression.operand], (value) => !value)
    case 'Conditional': {
      const test = evaluateIr(expression.test, world)
      return test === ERROR ? ERROR : evaluateIr(test ? expression.then : expression.otherwise, world)
    }
    case 'Compare':
      return strict([expression.left, expression.right], (left, right) => compare(expression, left, right))
    case 'Equal':
      return strict([expression.left, expression.right], same)
    case 'In':
      return strict([expression.element, expression.collection], (element, collection) =>
        collection instanceof Map ? collection.has(element) : [...collection].some((one: Value) => same(one, element)),
      )
    case 'Arithmetic':
      return strict([expression.left, expression.right], (left, right) => calculate(expression, left, right))
    case 'Negate':
      return strict([expression.operand], (value) => (expression.type.kind === 'int' ? 0 - value : -value))
    case 'Concat':
      return strict([expression.left, expression.right], (left, right) =>
        Array.isArray(left) ? [...left, ...right] : left + right,
      )
    case 'Collect':
      return strict(expression.elements, (...values) => (expression.type.kind === 'set' ? helpers.setOf(values) : values))
    case 'CollectMap':
      return strict(
        expression.entries.map(({ value }) => value),
        (...values) => new Map(expression.entries.map(({ key }, at) => [key, values[at]])),
      )
    case 'Call':
      return strict(expression.operands, (...values) => evaluateCall(expression.id, values) ?? ERROR)
    case 'OrValue': {
      const value = evaluateIr(expression.operand, world)
      return value === null ? evaluateIr(expression.fallback, world) : value
    }
    case 'Let': {
      const value = evaluateIr(expression.value, world)
      return value === ERROR ? ERROR : evaluateIr(expression.body, where(world, expression.variable, value))
    }
    case 'OptMap': {
      const value = evaluateIr(expression.range, world)
      return value === ERROR || value === null ? value : evaluateIr(expression.body, where(world, expression.variable, value))
    }
    case 'Quantifier':
      return strict([expression.range], (range) => quantify(expression, elements(range), world))
    case 'Select':
      return strict([expression.range], (range) => select(expression, elements(range), world))
    case 'Shared':
      return evaluateIr(expression.value, world)
    default:
      return unreachable(expression)
  }
}

function where(world: Environment, variable: VariableName, value: unknown): Environment {
  return { ...world, variables: new Map(world.variables).set(variable, value) }
}

function elements(range: Value): readonly Value[] {
  return range instanceof Map ? [...range.keys()] : [...range].map(helpers.numberOf)
}

/** An operand that decides the chain does so at any position. An operand whose guard erred counts as an error, unevaluated. */
function evaluateChain({ operator, operands }: Chain, world: Environment): Value {
  const settles = operator === '||'
  const values: Value[] = []
  for (const { expression, guards } of operands) {
    const value = guards.some((guard) => values[guard] === ERROR) ? ERROR : evaluateIr(expression, world)
    if (value === settles) return settles
    values.push(value)
  }
  return values.includes(ERROR) ? ERROR : !settles
}

function quantify({ quantifier, variable, test }: Quantifier, range: readonly Value[], world: Environment): Value {
  const values = range.map((element) => evaluateIr(test, where(world, variable, element)))
  if (quantifier === 'exists_one') return values.includes(ERROR) ? ERROR : values.filter((value) => value === true).length === 1
  const settles = quantifier === 'exists'
  if (values.includes(settles)) return settles
  return values.includes(ERROR) ? ERROR : !settles
}

function select({ variable, test, value, type }: Select, range: readonly Value[], world: Environment): Value {
  const found: Value[] = []
  for (const element of range) {
    const inside = where(world, variable, element)
    const chosen = test === null ? true : evaluateIr(test, inside)
    if (chosen === false) continue
    const result = chosen === ERROR ? ERROR : value === null ? element : evaluateIr(value, inside)
    if (result === ERROR) return ERROR
    found.push(result)
  }
  return type.kind === 'set' ? helpers.setOf(found) : found
}

function calculate(
  { operator, left: { type: first }, right: { type: second }, type }: Arithmetic,
  left: Value,
  right: Value,
): Value {
  const result = exactly(operator, left, right, type.kind === 'int')
  if (result === null) return ERROR
  if (type.kind === 'int') return Number.isSafeInteger(Number(result)) ? Number(result) : ERROR
  if (type.kind === 'timestamp') return helpers.timestampOf(result) ?? ERROR
  if (type.kind === 'duration')
    return first.kind === 'timestamp' && second.kind === 'timestamp' ? result : (helpers.durationOf(result) ?? ERROR)
  return result
}

/** Returns null for an int division by zero. */
function exactly(operator: Arithmetic['operator'], left: Value, right: Value, isInt: boolean): Value {
  if (isInt)
    return right === 0 && (operator === '/' || operator === '%') ? null : exactly(operator, BigInt(left), BigInt(right), false)
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
  }
}

function compare({ operator }: Compare, left: Value, right: Value): boolean {
  const [a, b] = typeof left === 'string' ? [helpers.compare(left, right), 0] : [left, right]
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[operator]
}

function same(left: Value, right: Value): boolean {
  if (left instanceof Map)
    return left.size === right.size && [...left].every(([key, value]) => right.has(key) && same(value, right.get(key)))
  if (left instanceof Set)
    return left.size === right.size && [...left].every((one) => [...right].some((other) => same(one, other)))
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((value, at) => same(value, right[at]))
  return typeof left !== 'symbol' && left === right
}

function meets({ what, values, within }: RequirementTest, { identity, auth, request }: Environment): boolean {
  if (identity < 0 || (what === 'mfa' && !auth.mfa) || (what === 'acr' && !values.some((value) => value === auth.acr)))
    return false
  if (within === null) return true
  const age = auth.time === null ? -1n : request.time - auth.time
  return age >= 0n && age <= BigInt(within) * 1_000_000n
}

/** Reads a field of a record that a module made, or of one with the field's own name. */
function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  const property = propertyName(name)
  return Object.hasOwn(record, property) ? record[property] : record[name]
}
