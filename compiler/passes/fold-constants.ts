import { isScalar } from '../../language/semantics/types/type.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { type arithmetic, constant, FALSE, TRUE } from '../ir/build.ts'
import type { CompareOperator, Const, Expr } from '../ir/index.ts'
import { foldChain } from './fold-chain.ts'
import { expressionPass } from './pass.ts'

/**
 * Works out what constants say. Keeps, for every request, the value of every expression and whether it errs: an int
 * operation that overflows stays and overflows when it runs, and nothing that may err is dropped but where CEL absorbs it.
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
        foldConstant(expression.left, expression.right, (left, right) =>
          truth(ordered(expression.operator, left.value, right.value)),
        ) ?? expression
      )
    case 'Equal':
      return foldConstant(expression.left, expression.right, (left, right) => truth(left.value === right.value)) ?? expression
    case 'In':
      return foldIn(expression.element, expression.collection) ?? expression
    case 'Arithmetic':
      return foldConstant(expression.left, expression.right, (left, right) => add(expression, left, right)) ?? expression
    case 'Negate':
      return expression.operand.kind === 'Const' ? constant(-(expression.operand.value as number), expression.type) : expression
    case 'Concat':
      return (
        foldConstant(expression.left, expression.right, (left, right) =>
          constant(`${left.value}${right.value}`, expression.type),
        ) ?? expression
      )
    case 'TextTest':
      return (
        foldConstant(expression.text, expression.part, (text, part) =>
          truth(textTest(expression.name, String(text.value), String(part.value))),
        ) ?? expression
      )
    case 'ChangeCase':
      return expression.operand.kind === 'Const'
        ? constant(helpers[expression.name](String(expression.operand.value)), expression.type)
        : expression
    case 'Size':
      return foldSize(expression.operand) ?? expression
    default:
      return expression
  }
}

function truth(value: boolean): Const {
  return value ? TRUE : FALSE
}

function foldConstant(left: Expr, right: Expr, work: (left: Const, right: Const) => Const | null): Const | null {
  return left.kind === 'Const' && right.kind === 'Const' ? work(left, right) : null
}

/** `!true`, and `!!e`. */
function foldNot(operand: Expr): Expr | null {
  if (operand.kind === 'Const') return truth(operand.value !== true)
  return operand.kind === 'Not' ? operand.operand : null
}

function ordered(operator: CompareOperator, left: Const['value'], right: Const['value']): boolean {
  const order = typeof left === 'string' ? helpers.compare(left, String(right)) : (left as number) - (right as number)
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

function textTest(name: 'startsWith' | 'endsWith' | 'contains', text: string, part: string): boolean {
  return name === 'contains' ? text.includes(part) : text[name](part)
}

/** Null where the result is no constant: an int outside its range, a double that is not finite. */
function add({ operator, type }: ReturnType<typeof arithmetic>, left: Const, right: Const): Const | null {
  const result =
    operator === '+' ? (left.value as number) + (right.value as number) : (left.value as number) - (right.value as number)
  const fits = type.kind === 'int' ? Number.isSafeInteger(result) : Number.isFinite(result)
  return fits ? constant(result, type) : null
}

/** Membership of a constant among constants, and of anything that cannot err in nothing. */
function foldIn(element: Expr, collection: Expr): Const | null {
  if (collection.kind !== 'Collect') return null
  if (collection.elements.length === 0 && !element.fails) return FALSE
  if (element.kind !== 'Const' || !collection.elements.every((one) => one.kind === 'Const')) return null
  return truth(collection.elements.some((one) => one.value === element.value))
}

function foldSize(operand: Expr): Const | null {
  const int = { kind: 'int' } as const
  if (operand.kind === 'Const') return constant(helpers.codePoints(String(operand.value)), int)
  if (operand.kind !== 'Collect' || operand.fails) return null
  if (operand.type.kind === 'list') return constant(operand.elements.length, int)
  const values = operand.elements.map((element) =>
    element.kind === 'Const' && isScalar(element.type) ? element.value : undefined,
  )
  return values.includes(undefined) ? null : constant(new Set(values).size, int)
}
