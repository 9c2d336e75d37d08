import {
  type BinaryOperator,
  type Call,
  type Comprehension,
  type Expression,
  type Model,
  operandsOf,
  type Type,
} from '../language/index.ts'
import { absorb, outcomesOf } from './absorb.ts'
import { builtin } from './builtins.ts'
import { type CallerValue, callerIs, isMet } from './caller.ts'
import {
  attempt,
  EvalFailure,
  elementsOf,
  equal,
  type Fields,
  fail,
  int,
  isAmong,
  less,
  ranged,
  setOf,
  thrown,
  type Value,
} from './value.ts'

/** All inputs that a condition can read. */
export interface Environment {
  readonly model: Model
  /** The caller; null if anonymous. */
  readonly caller: CallerValue | null
  /** Time of the request in nanoseconds since 1970. */
  readonly time: bigint
  /** Values by name: the roots (`caller`, `request`, …), the pushed data, and variables. */
  readonly names: Fields
  readonly observe?: Observe | undefined
}

/** Receives every evaluated expression and its result, innermost first. Does not affect the evaluation. */
export type Observe = (expression: Expression, result: Value | EvalFailure) => void

type Of = (expression: Expression) => Value
type Meaning<E> = (expression: E, of: Of, environment: Environment) => Value

/**
 * Evaluates a checked expression, operands in written order.
 *
 * @throws EvalFailure if the expression errs
 */
export function evaluate(expression: Expression, environment: Environment): Value {
  const meaning = meanings[expression.kind] as Meaning<Expression>
  const result = attempt(() => meaning(expression, (operand) => evaluate(operand, environment), environment))
  // The checker guarantees that reads are guarded.
  if (result === undefined) throw new Error('a condition read what is not there')
  if (result instanceof EvalFailure) result.at ??= expression
  environment.observe?.(expression, result)
  return thrown(result)
}

const meanings: { readonly [Kind in Expression['kind']]: Meaning<Extract<Expression, { kind: Kind }>> } = {
  BoolLiteral: ({ value }) => value,
  IntLiteral: ({ value }) => value,
  DoubleLiteral: ({ value }) => value,
  StringLiteral: ({ value }) => value,
  ListLiteral: (list, of, { model }) =>
    model.typeOf(list).kind === 'set' ? setOf(list.elements.map(of)) : list.elements.map(of),
  MapLiteral: ({ entries }, of) => new Map(entries.map(({ key, value }) => [of(key) as string, of(value)])),
  Identifier: ({ name }, _, { names }) => names.get(name) as Value,
  Member: ({ object, field }, of) => (of(object) as Fields).get(field.text) as Value,
  Index: ({ object, index }, of) => (of(object) as Fields).get(of(index) as string) as Value,
  OptionalMember: ({ object, field }, of, { model }) => lookUp(of(object), model.typeOf(object), field.text),
  OptionalIndex: ({ object, index }, of, { model }) => lookUp(of(object), model.typeOf(object), of(index)),
  Has: ({ target }, of) => target.kind === 'Member' && (of(target.object) as Fields).has(target.field.text),
  Is: (is, of, { model, caller }) => callerIs(model, caller, model.referenceOf(is), of),
  Requirement: (requirement, _, { caller, time }) => isMet(requirement, caller, time),
  Call: call,
  Comprehension: comprehend,
  Not: ({ operand }, of) => !of(operand),
  Negate: (negation, of, { model }) => ranged(-(of(negation.operand) as number), model.typeOf(negation)),
  Binary: (binary, of, { model }) =>
    operators[binary.operator](of(binary.left) as never, of(binary.right) as never, model.typeOf(binary)),
  Conditional: (conditional, of) => (of(conditional.test) ? of(conditional.then) : of(conditional.otherwise)),
  Chain: ({ operands, operator }, of, { model }) => {
    const outcomes = outcomesOf(operands, operator === '||', model.guardsOf, (operand) => of(operand) as boolean)
    return thrown(absorb([...outcomes.values()], operator === '||'))
  },
}

/** Evaluates `x.?f`, `m[?k]` and `l[?i]`, also on an optional. */
function lookUp(whole: Value, type: Type, key: Value): readonly Value[] {
  if (type.kind === 'optional') return elementsOf(whole).flatMap((inner) => lookUp(inner, type.value, key))
  const found = Array.isArray(whole) ? whole[key as number] : (whole as Fields).get(key as string)
  return found === undefined ? [] : [found]
}

/** Strict in its operands, except for `orValue`. */
function call(expression: Call, of: Of, environment: Environment): Value {
  const reference = environment.model.referenceOf(expression)
  if (reference.kind === 'def') {
    const values = reference.def.params.map(({ name }, at) => [name, of(expression.arguments[at] as Expression)] as const)
    return evaluate(reference.def.body, bind(environment, values))
  }
  if (reference.kind !== 'builtin') throw new Error(`${expression.name.text} is not a function`)
  const [first, ...others] = operandsOf(expression, reference.id) as [Expression, ...Expression[]]
  const operand = of(first)
  if (reference.id === 'optional.orValue') return elementsOf(operand)[0] ?? of(others[0] as Expression)
  return builtin(reference.id)(operand, ...others.map(of))
}

/** Returns the environment with variables bound. */
function bind(environment: Environment, variables: Iterable<readonly [name: string, value: Value]>): Environment {
  return { ...environment, names: new Map([...environment.names, ...variables]) }
}

/** `all` and `exists` are `&&` and `||` over the elements; the others err if an evaluation does. */
function comprehend({ macro, range, variable, filter, body }: Comprehension, of: Of, environment: Environment): Value {
  const whole = of(range)
  const on = (element: Value, inner: Expression) => evaluate(inner, bind(environment, [[variable.text, element]]))
  if (macro === 'all' || macro === 'exists') {
    const outcomes = elementsOf(whole).map((element) => attempt(() => on(element, body) as boolean))
    return thrown(absorb(outcomes, macro === 'exists'))
  }
  const isMap = macro === 'map' || macro === 'optMap'
  const condition = isMap ? filter : body
  const chosen = elementsOf(whole).filter((element) => condition === null || on(element, condition))
  if (macro === 'exists_one') return chosen.length === 1
  const results = isMap ? chosen.map((element) => on(element, body)) : chosen
  return Array.isArray(whole) ? results : setOf(results)
}

const operators: Readonly<Record<BinaryOperator, (left: never, right: never, type: Type) => Value>> = {
  '==': equal,
  '!=': (left: Value, right: Value) => !equal(left, right),
  '<': less,
  '<=': (left: Value, right: Value) => less(left, right) || equal(left, right),
  '>': (left: Value, right: Value) => less(right, left),
  '>=': (left: Value, right: Value) => less(right, left) || equal(left, right),
  in: (value: Value, whole: Value) => isAmong(whole, value),
  // JavaScript adds and subtracts numbers, texts and nanoseconds alike.
  '+': (a: number, b: number, type) => (Array.isArray(a) ? [...a, ...elementsOf(b)] : ranged(a + b, type)),
  '-': (a: number, b: number, type) => ranged(a - b, type),
  '*': (a: number, b: number, type) => ranged(a * b, type),
  '/': (a: number, b: number, type) => ranged((type.kind === 'int' ? a - modulo(a, b) : a) / b, type),
  '%': (a: number, b: number) => int(modulo(a, b)),
}

const modulo = (a: number, b: number) => (b === 0 ? fail('division-by-zero') : a % b)
