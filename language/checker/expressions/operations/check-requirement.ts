import { requirementPlace } from '../../../diagnostics/catalogue/calls.ts'
import { standsTwice } from '../../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Requirement } from '../../../syntax/ast.ts'
import { BOOL, type Type } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'

/** Checks `mfa within D`, `acr` and `auth`, and whether the place allows them. */
export function checkRequirement(expression: Requirement, context: ExpressionContext): Type {
  const { requirements, requirementClauses, place, reads, diagnostics } = context
  reads.requirement = true
  if (requirements !== 'anywhere' && !requirementClauses?.has(expression))
    diagnostics.push(report(requirementPlace, expression.span, { what: expression.what, place }))
  else checkRequired(expression, diagnostics)
  return BOOL
}

/** Reports each value that a requirement lists twice. */
export function checkRequired({ values }: Requirement, diagnostics: Diagnostic[]): void {
  const seen = new Set<string>()
  for (const { value, span } of values) {
    if (seen.has(value)) diagnostics.push(report(standsTwice, span, { name: value }))
    seen.add(value)
  }
}
