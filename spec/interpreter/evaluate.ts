import {
  type BinaryOperator,
  type Call,
  type Comprehension,
  type Expression,
  type Model,
  overloadsNamed,
  type Type,
} from '../../language/index.ts'
import { absorb, attempt, outcomesOf, thrown } from './absorb.ts'
import { builtins } from './builtins.ts'
import { type Caller, callerIs, isMet } from './caller.ts'
import { isDuration, isTimestamp } from './times.ts'
import { elementsOf, equal, Failure, type Fields, fail, int, less, setOf, type Value } from './value.ts'

/** Everything that a condition can see. */
export interface Environment {
  readonly model: Model
  /** Null: anonymous. */
  readonly caller: Caller | null
  /** Nanoseconds since 1970. */
  readonly time: bigint
  /** Roots, data that arrived, variables, each by its name. */
  readonly names: Fields
  readonly observe?: Observe | undefined
}

/** Told of every expression that was evaluated, and to what, from the inside out. It changes nothing. */
export type Observe = (expression: Expression, result: Value | Failure) => void

type Of = (expression: Expression) => Value
type Meaning<E> = (expression: E, of: Of, environment: Environment) => Value

/** The value of a checked expression; its operands are evaluated in the order written. Throws a `Failure`. */
export function evaluate(expression: Expression, environment: Environment): Value {
  const meaning = meanings[expression.kind] as Meaning<Expression>
  const result = attempt(() => meaning(expression, (operand) => evaluate(operand, environment), environment))
  if (result instanceof Failure) result.at ??= expression
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
  Identifier: ({ name }, _, { names }) => present(names.get(name)),
  Member: ({ object, field }, of) => present((of(object) as Fields).get(field.text)),
  Index: ({ object, index }, of) => present((of(object) as Fields).get(of(index) as string)),
  OptionalMember: ({ object, field }, of, { model }) => lookUp(of(object), model.typeOf(object), field.text),
  OptionalIndex: ({ object, index }, of, { model }) => lookUp(of(object), model.typeOf(object), of(index)),
  Has: ({ target }, of) => target.kind === 'Member' && (of(target.object) as Fields).has(target.field.text),
  Is: (is, of, { model, caller }) => callerIs(caller, model.referenceOf(is), of),
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
    return thrown(absorb(outcomes, operator === '||'))
  },
}

/** What is read is there: the checker has seen to that. */
function present(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a condition read what is not there')
  return value
}

/** `x.?f`, `m[?k]`, `l[?i]`, also behind an optional. */
function lookUp(whole: Value, { kind }: Type, key: Value): readonly Value[] {
  const found = (kind === 'optional' ? elementsOf(whole) : [whole]).map((inner) =>
    Array.isArray(inner) ? inner[key as number] : (inner as Fields).get(key as string),
  )
  return found.filter((value) => value !== undefined)
}

/** Strict in its operands, but for `orValue`. */
function call(expression: Call, of: Of, environment: Environment): Value {
  const { receiver, name, arguments: written } = expression
  const reference = environment.model.referenceOf(expression)
  if (reference.kind === 'def') return within(environment, reference.def.params, written.map(of))(reference.def.body)
  if (reference.kind !== 'builtin') throw new Error(`${name.text} is not a function`)
  const isNamespace = overloadsNamed(name.text).some(({ id, signature }) => id === reference.id && signature.namespace !== null)
  const [first, ...others] = receiver === null || isNamespace ? written : [receiver, ...written]
  const operand = of(first as Expression)
  if (reference.id === 'optional.orValue') return elementsOf(operand)[0] ?? of(others[0] as Expression)
  return (builtins[reference.id] as (...operands: Value[]) => Value)(operand, ...others.map(of))
}

/** Evaluates where variables have these values. */
function within(environment: Environment, variables: readonly { readonly name: string }[], values: readonly Value[]): Of {
  const named = variables.map(({ name }, at) => [name, values[at] as Value] as const)
  return (expression) => evaluate(expression, { ...environment, names: new Map([...environment.names, ...named]) })
}

/** `all` and `exists` are `&&` and `||` over the elements; the others err where an evaluation errs. */
function comprehend({ macro, range, variable, filter, body }: Comprehension, evaluated: Of, environment: Environment): Value {
  const whole = evaluated(range)
  const of = (expression: Expression, element: Value) => within(environment, [{ name: variable.text }], [element])(expression)
  const elements = elementsOf(whole)
  if (macro === 'all' || macro === 'exists')
    return thrown(
      absorb(
        elements.map((element) => attempt(() => of(body, element) as boolean)),
        macro === 'exists',
      ),
    )
  const isMap = macro === 'map' || macro === 'optMap'
  const condition = isMap ? filter : body
  const chosen = elements.flatMap((element) => {
    if (condition !== null && !of(condition, element)) return []
    return [isMap ? of(body, element) : element]
  })
  if (macro === 'exists_one') return chosen.length === 1
  return Array.isArray(whole) ? chosen : setOf(chosen)
}

const operators: Readonly<Record<BinaryOperator, (left: never, right: never, type: Type) => Value>> = {
  '==': equal,
  '!=': (left: Value, right: Value) => !equal(left, right),
  '<': less,
  '<=': (left: Value, right: Value) => less(left, right) || equal(left, right),
  '>': (left: Value, right: Value) => less(right, left),
  '>=': (left: Value, right: Value) => less(right, left) || equal(left, right),
  in: (left: Value, right: Value) => elementsOf(right).some((element) => equal(left, element)),
  // What JavaScript adds and subtracts, it adds and subtracts alike: numbers, texts, nanoseconds.
  '+': (left: number, right: number, type) =>
    Array.isArray(left) ? [...left, ...elementsOf(right)] : ranged(left + right, type),
  '-': (left: number, right: number, type) => ranged(left - right, type),
  '*': (left: number, right: number, type) => ranged(left * right, type),
  '/': (left: number, right: number, type) =>
    ranged(type.kind === 'int' ? (left - modulo(left, right)) / right : left / right, type),
  '%': (left: number, right: number) => int(modulo(left, right)),
}

function modulo(left: number, right: number): number {
  return right === 0 ? fail('division-by-zero') : left % right
}

/** The result of an operation, where its type has that value. */
function ranged(value: Value, { kind }: Type): Value {
  if (kind === 'int') return int(value as number)
  if (kind === 'timestamp') return isTimestamp(value as bigint) ? value : fail('overflow')
  return kind !== 'duration' || isDuration(value as bigint) ? value : fail('overflow')
}
