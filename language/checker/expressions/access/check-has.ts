import { hasNeedsField } from '../../../diagnostics/catalogue/reads.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Has } from '../../../syntax/ast.ts'
import { BOOL, UNKNOWN } from '../../types/type.ts'
import { type Checked, type ExpressionContext, plain, withChanges } from '../expression-context.ts'
import { type FlowFacts, withPresent } from '../flow/narrowing.ts'
import { stableKey } from '../flow/stable-key.ts'
import { replaceBy } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'
import { checkField } from './check-field.ts'
import { isHeaders } from './check-headers.ts'

/** Checks `has(x.f)`, after which `x.f` is readable. */
export function checkHas(expression: Has, known: FlowFacts, context: ExpressionContext): Checked {
  const { target } = expression
  if (target.kind !== 'Member' || isHeaders(target, context)) {
    context.check(target, known, withChanges(context, { diagnostics: [], complaints: new Set() }))
    const entry = target.kind === 'Index' ? `${showExpression(target.index)} in ${showExpression(target.object)}` : null
    const fixes = entry === null ? [] : replaceBy(entry, expression.span)
    context.diagnostics.push(report(hasNeedsField, target.span, {}, [], fixes))
    return plain(BOOL, known)
  }
  const field = checkField(target, known, context)
  context.types.set(target, field?.type ?? UNKNOWN)
  const key = stableKey(target, context)
  return { type: BOOL, whenTrue: field === null || key === null ? known : withPresent(known, key), whenFalse: known }
}
