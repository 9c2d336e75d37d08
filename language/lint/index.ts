/** The lint rules in the order of their codes, and the relation of codes to symbolic analysis. */
import { coveredRule, openRoute } from '../diagnostics/catalogue/lint.ts'
import { constantCondition } from './conditions/constant-condition.ts'
import { impossibleValue } from './conditions/impossible-value.ts'
import { mixedHierarchy } from './conditions/mixed-hierarchy.ts'
import { openPattern } from './conditions/open-pattern.ts'
import { redundantGuard } from './conditions/redundant-guard.ts'
import { denyByNegation } from './decisions/deny-by-negation.ts'
import { duplicateRule } from './decisions/duplicate-rule.ts'
import { forbidMayFail } from './decisions/forbid-may-fail.ts'
import { headLeftOut } from './decisions/head-left-out.ts'
import { hiddenPermit } from './decisions/hidden-permit.ts'
import { missingBecause } from './decisions/missing-because.ts'
import { neverApplies } from './decisions/never-applies.ts'
import { opensLater } from './decisions/opens-later.ts'
import { voidLimit } from './decisions/void-limit.ts'
import type { LintRule } from './lint-rule.ts'
import { overlappingRoutes } from './routes/overlapping-routes.ts'
import { unlabelledRoute } from './routes/unlabelled-route.ts'
import { unreachableRoute } from './routes/unreachable-route.ts'
import { duplicateTest } from './tests/duplicate-test.ts'
import { unusedData } from './unused/unused-data.ts'
import { unusedDef } from './unused/unused-def.ts'
import { unusedIdentity } from './unused/unused-identity.ts'
import { unusedImport } from './unused/unused-import.ts'
import { unusedLabel } from './unused/unused-label.ts'
import { unusedRole } from './unused/unused-role.ts'
import { unusedType } from './unused/unused-type.ts'

export const lintRules: readonly LintRule[] = [
  neverApplies,
  hiddenPermit,
  unreachableRoute,
  unlabelledRoute,
  unusedRole,
  unusedLabel,
  unusedDef,
  unusedData,
  unusedImport,
  unusedType,
  unusedIdentity,
  duplicateRule,
  redundantGuard,
  constantCondition,
  forbidMayFail,
  denyByNegation,
  missingBecause,
  duplicateTest,
  overlappingRoutes,
  opensLater,
  voidLimit,
  impossibleValue,
  headLeftOut,
  openPattern,
  mixedHierarchy,
]

/** Codes of the warnings that only symbolic analysis reports, not a lint rule. */
export const byAnalysisAlone: ReadonlySet<string> = new Set([coveredRule.code, openRoute.code])

/** Codes of the warnings of lint rules that symbolic analysis may refute. */
export const lessByAnalysis: ReadonlySet<string> = new Set([forbidMayFail.entry.code])

/** Codes of the warnings that a lint rule reports in simple cases, and symbolic analysis in further cases. */
export const moreByAnalysis: ReadonlySet<string> = new Set(
  [neverApplies, hiddenPermit, unreachableRoute, redundantGuard, constantCondition].map(({ entry }) => entry.code),
)
