import { bind, some } from '../ir/build.ts'
import { children, type Expr, freeVariables, KIND, mapChildren, scopeOf, type VariableName } from '../ir/index.ts'
import { rarePass } from './pass.ts'

/**
 * Pass that replaces a variable by its value if that costs nothing. The value must be cheap to read, or read once and not in a
 * loop. Preserves each expression's value and whether it errs: a fallible value stays bound, as it errs even if unread. No input
 * of a value changes before its use, and the new place does not bind the value's variables.
 */
export const inlineVariables = rarePass('inline-variables', KIND.Let | KIND.OptMap, (expression) => {
  if (expression.kind === 'OptMap' && expression.range.kind === 'Some') {
    const { variable, range, body } = expression
    const inner = inline(variable, range.operand, body)
    return body.type.kind === 'optional' ? inner : some(inner)
  }
  return expression.kind === 'Let' ? inline(expression.variable, expression.value, expression.body) : expression
})

/** Returns the body with the variable replaced by its value if that costs nothing; else a `Let` that binds the variable. */
export function inline(variable: VariableName, value: Expr, body: Expr): Expr {
  if (value.fails) return bind(variable, value, body)
  const uses = usesOf(variable, body)
  const free = uses <= 1 || (isAtHand(value) && body.weight < LARGE)
  return free ? put(value, variable, body) : bind(variable, value, body)
}

/** A larger body stays shared by its callers. */
const LARGE = 2_000

/** Returns how often a variable is read; infinite in a loop. */
function usesOf(variable: VariableName, expression: Expr): number {
  if (!freeVariables(expression).has(variable)) return 0
  if (expression.kind === 'Variable') return 1
  const inside = children(expression).map((child) => (hides(expression, child, variable) ? 0 : usesOf(variable, child)))
  const sum = inside.reduce((a, b) => a + b, 0)
  if (expression.kind !== 'Quantifier' && expression.kind !== 'Select') return sum
  // The range is evaluated once.
  return inside[0] === sum ? sum : Number.POSITIVE_INFINITY
}

/** Whether the value is read or made without work. */
function isAtHand(value: Expr): boolean {
  switch (value.kind) {
    case 'Const':
    case 'Variable':
    case 'Param':
    case 'CallerField':
    case 'RoleTest':
    case 'IdentityTest':
    case 'RequestField':
    case 'Mtls':
    case 'Query':
    case 'Body':
    case 'Data':
      return true
    case 'Field':
    case 'Some':
    case 'Collect':
    case 'CollectMap':
      return value.kind === 'Field' || value.kind === 'Some' ? children(value).every(isAtHand) : children(value).every(isLiteral)
    default:
      return false
  }
}

function isLiteral(value: Expr): boolean {
  return value.kind === 'Const' || ((value.kind === 'Collect' || value.kind === 'CollectMap') && children(value).every(isLiteral))
}

function put(value: Expr, variable: VariableName, expression: Expr): Expr {
  if (!freeVariables(expression).has(variable)) return expression
  if (expression.kind === 'Variable') return value
  return mapChildren(expression, (child) => (hides(expression, child, variable) ? child : put(value, variable, child)))
}

/** Whether the child binds the same name, in another call of the same def. */
function hides(expression: Expr, child: Expr, variable: VariableName): boolean {
  const own = scopeOf(expression)
  return own?.variable === variable && own.sees.includes(child)
}
