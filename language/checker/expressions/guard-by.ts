/** How what may be missing is guarded, so that the rule does not open anything by it. */
import type { Fix } from '../../diagnostics/diagnostic.ts'
import type { Expression, RuleDeclaration } from '../../syntax/ast.ts'
import { childrenOf, isExpression } from '../../syntax/children.ts'
import type { ExpressionContext } from './expression-context.ts'

export interface Guarding {
  /** As it is written before an operand: `has(x) &&`, `!has(x) ||`. */
  readonly guard: string
  readonly fixes: readonly Fix[]
}

export const NO_GUARD = { guard: null, fixes: [] } as const

/**
 * Puts a guard before the operand that the checked expression is part of. Where that guard is false, a permit must not hold and a
 * forbid must: `has(x) && …` makes the operand false, `!has(x) || …` true, and which of the two it has to be is told by the
 * clause and by what is round the operand. No fix where there is no such operand, or where nothing tells it.
 */
export function guardBy(condition: string, { operand, rule }: ExpressionContext): Guarding {
  const place = operand === null || rule === null ? OUTSIDE_OF_RULES : placeOf(operand, rule)
  const isAnd = place.missing !== true
  const opposite = /^has\(.*\)$/.test(condition) ? `!${condition}` : `!(${condition})`
  const guard = isAnd ? `${condition} &&` : `${opposite} ||`
  if (operand === null || place.missing === null) return { guard, fixes: [] }
  // What binds looser than the operator has to be held together, and so has an `||` within an `&&`.
  const isLoose = operand.kind === 'Conditional' || (isAnd && operand.kind === 'Chain' && operand.operator === '||')
  const isWithin = !isAnd && place.parent?.kind === 'Chain' && place.parent.operator === '&&'
  const { source, start, end } = operand.span
  const before = `${isWithin ? '(' : ''}${guard} ${isLoose ? '(' : ''}`
  const after = `${isLoose ? ')' : ''}${isWithin ? ')' : ''}`
  const edits = [
    { span: { source, start, end: start }, text: before },
    ...(after === '' ? [] : [{ span: { source, start: end, end }, text: after }]),
  ]
  return { guard, fixes: [{ title: `guard it by \`${guard} …\``, edits }] }
}

interface Place {
  /** What the operand has to be where something is missing; null where neither is surely right. */
  readonly missing: boolean | null
  readonly parent: Expression | null
}

/**
 * Roles, defs and invariants are used in rules of either kind. A role or a claim that nobody has is the usual meaning of what is
 * missing.
 */
const OUTSIDE_OF_RULES: Place = { missing: false, parent: null }

function placeOf(operand: Expression, { effect, conditions }: RuleDeclaration): Place {
  for (const { expression, unless } of conditions) {
    const found = find(operand, expression, null, (effect === 'forbid') !== unless)
    if (found !== null) return found
  }
  return OUTSIDE_OF_RULES
}

/** @param missing what `expression` has to be where something in it is missing */
function find(operand: Expression, expression: Expression, parent: Expression | null, missing: boolean | null): Place | null {
  if (expression === operand) return { missing, parent }
  for (const child of childrenOf(expression)) {
    const found = isExpression(child) ? find(operand, child, expression, missingIn(child, expression, missing)) : null
    if (found !== null) return found
  }
  return null
}

/** The same for a part of an expression; null where being the one or the other does not make the whole so. */
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
