import { conditionNotBool } from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import { showType } from '../types/type.ts'
import type { Checked, ExpressionContext } from './expression-context.ts'
import type { FlowFacts } from './flow/narrowing.ts'

export function checkBool(expression: Expression, known: FlowFacts, context: ExpressionContext): Checked {
  const checked = context.check(expression, known, context)
  if (checked.type.kind !== 'bool' && checked.type.kind !== 'unknown')
    context.diagnostics.push(report(conditionNotBool, expression.span, { type: showType(checked.type) }))
  return checked
}
