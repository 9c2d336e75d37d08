import { BOOL, INT, isScalar, type Type } from '../../language/checker/types/type.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { collect, constant, FALSE, TRUE } from '../ir/build.ts'
import { evaluateCall } from '../ir/evaluation/evaluate-call.ts'
import type { Arithmetic, Call, CompareOperator, Const, ConstValue, Expr, Quantifier, Select } from '../ir/index.ts'
import { foldChain } from './fold-chain.ts'
import { expressionPass } from './pass.ts'

/**
 * Evaluates constant expressions. Preserves each expression's value and whether it errs: errors stay, and a fallible expression
 * is dropped only where CEL absorbs it. A time's parts in a zone are not folded, as the host's time zone tables determine them.
 */
export const foldConstants = expressionPass('fold-constants', fold)

function fold(expression: Expr): Expr {
  switch (expression.kind) {
    case 'Chain':
      return foldChain(expression)
    case 'Not':
      return foldNot(expression.operand) ?? expression
    case 'Conditional':
      if (expression.test.kind !== 'Const') return expression
      return expression.test.value === true ? expression.then : expression.otherwise
    case 'Compare':
      return (
        ofConstants([expression.left, expression.right], BOOL, (left, right) => ordered(expression.operator, left, right)) ??
        expression
      )
    case 'Equal':
      return ofConstants([expression.left, expression.right], BOOL, (left, right) => left === right) ?? expression
    case 'In':
      return foldIn(expression.element, expression.collection) ?? expression
    case 'Arithmetic':
      return ofConstants([expression.left, expression.right], expression.type, calculate(expression)) ?? expression
    case 'Negate':
      return (
        ofConstants([expression.operand], expression.type, (value) =>
          expression.type.kind === 'int' ? 0 - Number(value) : -Number(value),
        ) ?? expression
      )
    case 'Concat':
      return foldConcat(expression.left, expression.right, expression.type) ?? expression
    case 'Call':
      return foldCall(expression) ?? expression
    case 'OrValue':
      if (expression.operand.kind === 'Some') return expression.operand.operand
      return expression.operand.kind === 'Const' ? expression.fallback : expression
    case 'OptMap':
      // A constant optional is empty.
      return expression.range.kind === 'Const' ? constant(null, expression.type) : expression
    case 'Quantifier':
      return foldQuantifier(expression) ?? expression
    case 'Select':
      return isEmpty(expression) ? collect([], expression.type) : expression
    default:
      return expression
  }
}

/** Returns null if an operand is not constant, or if the result is an error or an infinite double. */
function ofConstants(
  operands: readonly Expr[],
  type: Type,
  work: (...values: readonly ConstValue[]) => ConstValue | undefined,
): Const | null {
  const values: ConstValue[] = []
  for (const operand of operands) {
    if (operand.kind !== 'Const') return null
    values.push(operand.value)
  }
  const result = work(...values)
  if (result === undefined || (typeof result === 'number' && !Number.isFinite(result))) return null
  return type.kind === 'bool' ? truth(result === true) : constant(result, type)
}

function truth(value: boolean): Const {
  return value ? TRUE : FALSE
}

/** Folds `!true` and `!!e`. */
function foldNot(operand: Expr): Expr | null {
  if (operand.kind === 'Const') return truth(operand.value !== true)
  return operand.kind === 'Not' ? operand.operand : null
}

function ordered(operator: CompareOperator, left: ConstValue | undefined, right: ConstValue | undefined): boolean {
  const [a, b] =
    typeof left === 'string' ? [helpers.compare(left, String(right)), 0] : [left as number | bigint, right as number | bigint]
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

// biome-ignore lint/suspicious/noExplicitAny: two numbers or two bigints
type Numeric = any

function calculate({ operator, type }: Arithmetic): (left: Numeric, right: Numeric) => ConstValue | undefined {
  const isInt = type.kind === 'int'
  return (left, right) => {
    switch (operator) {
      case '+':
        return within(left + right, type)
      case '-':
        return within(left - right, type)
      case '*':
        return within(left * right, type)
      case '/':
        return isInt ? settled(helpers.quotient(left, right)) : left / right
      case '%':
        return settled(helpers.remainder(left, right))
    }
  }
}

function within(result: Numeric, type: Type): ConstValue | undefined {
  switch (type.kind) {
    case 'int':
      return settled(helpers.intOf(result))
    case 'timestamp':
      return helpers.timestampOf(result)
    case 'duration':
      return helpers.durationOf(result)
    default:
      return result
  }
}

/** An int's error is NaN. */
function settled(result: number): number | undefined {
  return Number.isNaN(result) ? undefined : result
}

/** Folds membership of a constant among constants, and of anything infallible in an empty collection. */
function foldIn(element: Expr, collection: Expr): Const | null {
  if (collection.kind !== 'Collect') return null
  if (collection.elements.length === 0 && !element.fails) return FALSE
  if (element.kind !== 'Const' || !collection.elements.every((one) => one.kind === 'Const')) return null
  return truth(collection.elements.some((one) => one.value === element.value))
}

function foldConcat(left: Expr, right: Expr, type: Type): Expr | null {
  if (left.kind === 'Collect' && right.kind === 'Collect') return collect([...left.elements, ...right.elements], type)
  return ofConstants([left, right], type, (first, second) => `${first}${second}`)
}

/** Conversions of a type to itself. */
const NOTHING_TO_DO: ReadonlySet<string> = new Set([
  'int(int)',
  'double(double)',
  'string(string)',
  'bool(bool)',
  'timestamp(timestamp)',
  'duration(duration)',
  'ip(ip)',
  'cidr(cidr)',
])

function foldCall({ id, operands, type }: Call): Expr | null {
  const [first] = operands
  if (first === undefined) return null
  if (NOTHING_TO_DO.has(id)) return first
  if (first.kind === 'Collect' && first.type.kind !== 'map' && /size/.test(id)) return foldSize(first.elements, first.type)
  if (id === 'optional.hasValue' && first.kind === 'Some' && !first.fails) return TRUE
  if (!isScalar(type) || (id.startsWith('timestamp.get') && operands.length > 1)) return null
  return ofConstants(operands, type, (...values) => evaluated(id, values))
}

/** A longer text is computed at run time. */
const LONGEST = 10_000

function evaluated(id: Call['id'], values: readonly ConstValue[]): ConstValue | undefined {
  try {
    const result = evaluateCall(id, values)
    return typeof result === 'string' && result.length > LONGEST ? undefined : result
  } catch (error) {
    // Too long for a text, which run time finds out too.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function foldSize(elements: readonly Expr[], type: Type): Const | null {
  if (elements.some((element) => element.fails)) return null
  if (type.kind === 'list') return constant(elements.length, INT)
  const values = elements.map((element) => (element.kind === 'Const' ? element.value : undefined))
  return values.includes(undefined) ? null : constant(new Set(values).size, INT)
}

function isEmpty({ range }: Quantifier | Select): boolean {
  return (range.kind === 'Collect' && range.elements.length === 0) || (range.kind === 'CollectMap' && range.entries.length === 0)
}

/** Folds quantifiers over nothing, and those whose test is constant. */
function foldQuantifier(expression: Quantifier): Const | null {
  const { quantifier, range, test } = expression
  const neutral = quantifier === 'all'
  if (isEmpty(expression)) return truth(neutral)
  const isNeutral = test.kind === 'Const' && test.value === neutral
  return isNeutral && !range.fails ? truth(neutral) : null
}
