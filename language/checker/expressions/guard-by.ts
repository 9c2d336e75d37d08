/** Fixes that guard an optional value without making the rule more permissive. */
import type { Fix } from '../../diagnostics/diagnostic.ts'
import type { Expression, RuleDeclaration } from '../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../syntax/children.ts'
import type { ExpressionContext } from './expression-context.ts'

export interface Guarding {
  /** The guard as written before an operand: `has(x) &&`, `!has(x) ||`. */
  readonly guard: string
  readonly fixes: readonly Fix[]
}

export const NO_GUARD = { guard: null, fixes: [] } as const

/**
 * Returns the fix that adds a guard to the operand that contains the expression. If the guard fails, a permit must not hold and a
 * forbid must: `has(x) && …` makes the operand false, `!has(x) || …` true. The clause and the operand's context decide which.
 * Empty if there is no operand, or if they do not decide it.
 */
export function guardBy(condition: string, { operand, rule }: ExpressionContext): Guarding {
  const place = operand === null || rule === null ? OUTSIDE_OF_RULES : placeOf(operand, rule)
  const isAnd = place.missing !== true
  const opposite = /^has\(.*\)$/.test(condition) ? `!${condition}` : `!(${condition})`
  const guard = isAnd ? `${condition} &&` : `${opposite} ||`
  if (operand === null || place.missing === null) return { guard, fixes: [] }
  // Parenthesizes operands that bind looser than the operator, and an `||` within an `&&`.
  const isLoose = operand.kind === 'Conditional' || (isAnd && operand.kind === 'Chain' && operand.operator === '||')
  const isWithin = !isAnd && place.parent?.kind === 'Chain' && place.parent.operator === '&&'
  const { source, start, end } = operand.span
  const before = `${isWithin ? '(' : ''}${guard} ${isLoose ? '(' : ''}`
  const after = `${isLoose ? ')' : ''}${isWithin ? ')' : ''}`
  const edits = [
    { span: { source, start, end: start }, text: before },
    ...(after === '' ? [] : [{ span: { source, start: end, end }, text: after }]),
  ]
  return { guard, fixes: [{ title: `guard it with \`${guard} …\``, edits }] }
}

interface Place {
  /** The operand's value if something is missing; null if neither is certainly right. */
  readonly missing: boolean | null
  readonly parent: Expression | null
}

/** Roles, defs and invariants are used by rules of both effects. Missing usually means that nobody has the role or claim. */
const OUTSIDE_OF_RULES: Place = { missing: false, parent: null }

/**
 * Returns the value that an expression in a rule's condition must have if something in it is missing, so that the rule fails
 * closed; null if neither is certainly right.
 */
export function valueIfMissing(expression: Expression, rule: RuleDeclaration): boolean | null {
  return placeOf(expression, rule).missing
}

function placeOf(operand: Expression, { effect, conditions }: RuleDeclaration): Place {
  for (const { expression, unless } of conditions) {
    const found = find(operand, expression, null, (effect === 'forbid') !== unless)
    if (found !== null) return found
  }
  return OUTSIDE_OF_RULES
}

/** @param missing the value that `expression` must have if something in it is missing */
function find(operand: Expression, expression: Expression, parent: Expression | null, missing: boolean | null): Place | null {
  if (expression === operand) return { missing, parent }
  for (const child of childrenOf(expression)) {
    const found = isExpression(child) ? find(operand, child, expression, missingIn(child, expression, missing)) : null
    if (found !== null) return found
  }
  return null
}

/** Returns that value for a child; null if no value of the child determines the parent's. */
function missingIn(child: Expression, expression: Expression, missing: boolean | null): boolean | null {
  switch (expression.kind) {
    case 'Chain':
      return missing
    case 'Not':
      return missing === null ? null : !missing
    case 'Conditional':
      return child === expression.test ? null : missing
    case 'Comprehension':
      return child === expression.body && (expression.macro === 'all' || expression.macro === 'exists') ? missing : null
    default:
      return null
  }
}
