import type { Binary, BuiltinName, Call, Chain, Expression, Model } from '../../language/index.ts'
import { builtins } from './builtins.ts'
import { type Caller, callerIs } from './caller.ts'
import { equal, less, OVERFLOW, type Result, setOf, type Value } from './value.ts'

/** Everything that a condition can see. */
export interface Environment {
  readonly model: Model
  /** Null: anonymous. */
  readonly caller: Caller | null
  /** `params` and `request`; none in the condition of a role. */
  readonly roots: ReadonlyMap<string, Value>
  readonly observe?: Observe | undefined
}

/** Told of every expression that was evaluated, and to what. For coverage; it changes nothing. */
export type Observe = (expression: Expression, result: Result) => void

/** The value of a checked expression. */
export function evaluate(expression: Expression, environment: Environment): Result {
  const result = compute(expression, environment)
  environment.observe?.(expression, result)
  return result
}

function compute(expression: Expression, environment: Environment): Result {
  const { model, caller } = environment
  const inner = (operand: Expression) => evaluate(operand, environment)
  switch (expression.kind) {
    case 'BoolLiteral':
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'StringLiteral':
      return expression.value
    case 'ListLiteral':
      return strictly(expression.elements.map(inner), (...elements) =>
        model.typeOf(expression).kind === 'set' ? setOf(elements) : elements,
      )
    case 'Identifier':
      return present(expression.name === 'caller' ? caller?.fields : environment.roots.get(expression.name))
    case 'Member':
      return strictly([inner(expression.object)], (object) => present((object as Fields).get(expression.field.text)))
    case 'Index':
      return strictly([inner(expression.object), inner(expression.index)], (map, key) =>
        present((map as Fields).get(key as string)),
      )
    case 'Has': {
      const { target } = expression
      if (target.kind !== 'Member') throw new Error('has() is about a field')
      return strictly([inner(target.object)], (object) => (object as Fields).has(target.field.text))
    }
    case 'Is':
      return callerIs(caller, model.referenceOf(expression))
    case 'Call':
      return strictly(operandsOf(expression).map(inner), (receiver, argument) =>
        builtins[expression.name.text as BuiltinName](receiver as Value, argument as Value),
      )
    case 'Not':
      return strictly([inner(expression.operand)], (operand) => !operand)
    case 'Negate':
      return strictly([inner(expression.operand)], (operand) => -(operand as number))
    case 'Binary':
      return strictly([inner(expression.left), inner(expression.right)], (left, right) => binary(expression, left, right, model))
    case 'Conditional': {
      const test = inner(expression.test)
      if (test === OVERFLOW) return OVERFLOW
      return inner(test === true ? expression.then : expression.otherwise)
    }
    case 'Chain':
      return chain(expression, environment)
  }
}

type Fields = ReadonlyMap<string, Value>

/** What all operators but `&&`, `||` and `?:` do with an operand that erred: err. */
function strictly(operands: readonly Result[], apply: (...values: readonly Value[]) => Result): Result {
  return operands.includes(OVERFLOW) ? OVERFLOW : apply(...(operands as readonly Value[]))
}

/** What is read is there: the checker has seen to that. */
function present(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a condition read what is not there')
  return value
}

/** `size(x)` and `x.size()` are one. */
function operandsOf(call: Call): readonly Expression[] {
  return call.receiver === null ? call.arguments : [call.receiver, ...call.arguments]
}

/** CEL's absorption: one operand that settles the chain does so whatever erred; else one that erred makes it err. */
function chain(expression: Chain, environment: Environment): Result {
  const settles = expression.operator === '||'
  return conjoin(expression.operands, settles, environment.model, (operand) => evaluate(operand, environment))
}

/**
 * Operands from left to right. One whose guard erred is not evaluated and counts as erring; a guard that is false (in `||`:
 * true) has settled the whole before what it guards is reached.
 */
export function conjoin(
  operands: readonly Expression[],
  settles: boolean,
  model: Model,
  evaluateOperand: (operand: Expression) => Result,
): boolean | typeof OVERFLOW {
  const erred = new Set<Expression>()
  for (const operand of operands) {
    const guarded = model.guardsOf(operand).some((guard) => erred.has(guard))
    const result = guarded ? OVERFLOW : evaluateOperand(operand)
    if (result === settles) return settles
    if (result === OVERFLOW) erred.add(operand)
  }
  return erred.size > 0 ? OVERFLOW : !settles
}

function binary(expression: Binary, left: Value, right: Value, model: Model): Result {
  switch (expression.operator) {
    case '==':
      return equal(left, right, model.typeOf(expression.left))
    case '!=':
      return !equal(left, right, model.typeOf(expression.left))
    case '<':
      return less(left, right)
    case '<=':
      return less(left, right) || equal(left, right, model.typeOf(expression.left))
    case '>':
      return less(right, left)
    case '>=':
      return less(right, left) || equal(left, right, model.typeOf(expression.left))
    case 'in':
      return Array.isArray(right) ? right.some((element) => element === left) : (right as Fields).has(left as string)
    case '+':
      if (typeof left === 'string') return left + (right as string)
      if (Array.isArray(left)) return [...left, ...(right as readonly Value[])]
      return number((left as number) + (right as number), model.typeOf(expression).kind === 'int')
    case '-':
      return number((left as number) - (right as number), model.typeOf(expression).kind === 'int')
  }
}

function number(result: number, isInt: boolean): Result {
  return isInt && !Number.isSafeInteger(result) ? OVERFLOW : result
}
