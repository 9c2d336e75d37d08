import type { TestResult } from '../../compiler/testing/test-result.ts'
import type { PropertyDeclaration } from '../../language/syntax/ast.ts'
import type { JudgedInvariant } from './judge-invariants.ts'

/**
 * Returns the result of a test of all requests (`for any request`). It passes if it is proved, or if no generated request breaks
 * it. A test that no request reached fails, as nothing speaks for it.
 */
export function propertyResult({ name, invariant, verdict, requests, witness }: JudgedInvariant): TestResult {
  const { form, declaration } = invariant
  const isPermit = form === 'permitted-when'
  const passed = verdict === 'holds' || (verdict === 'unknown' && requests > 0)
  return {
    name,
    passed,
    expected: isPermit ? 'permit for any request' : 'deny for any request',
    actual: passed ? 'the same' : verdict === 'unknown' ? 'not proved, and no request could be tried' : opposite(isPermit),
    explanation: witness,
    evidence: verdict === 'holds' ? 'proved' : verdict === 'broken' ? 'refuted' : `tried on ${requests} requests`,
    span: (declaration as PropertyDeclaration).expect.span,
  }
}

function opposite(isPermit: boolean): string {
  return isPermit ? 'not permit for every request' : 'permit for some request'
}
