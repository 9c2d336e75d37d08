import { comparePositions } from './compare-positions.ts'
import { dropDeadSteps } from './drop-dead-steps.ts'
import { foldConstants } from './fold-constants.ts'
import { inlineVariables } from './inline-variables.ts'
import { linkNames } from './link-names.ts'
import { mergeRoleTests } from './merge-role-tests.ts'
import { narrowChains } from './narrow-chains.ts'
import type { Pass } from './pass.ts'
import { scheduleTests } from './schedule-tests.ts'
import { settleComparisons } from './settle-comparisons.ts'
import { shareSubexpressions } from './share-subexpressions.ts'
import { simplify } from './simplify.ts'
import { subsumeSteps } from './subsume-steps.ts'
import { unrollQuantifiers } from './unroll-quantifiers.ts'

export { expressionPass, mapPrograms, type Pass, PassMemo, runPasses, runPassesOnNew } from './pass.ts'

/** Those that look at one route. */
export const OF_ROUTES: readonly Pass[] = [
  inlineVariables,
  unrollQuantifiers,
  foldConstants,
  simplify,
  settleComparisons,
  mergeRoleTests,
  narrowChains,
  dropDeadSteps,
  subsumeSteps,
  linkNames,
]

/** Those behind them, of which the first asks what all routes together link. */
export const BY_LINKS: readonly Pass[] = [comparePositions, scheduleTests, shareSubexpressions]

/**
 * The order in which they run: arguments first, and lists that are gone through, so that what they are is folded. Then it is
 * known which tests there are and what they ask of data, and they are put in order; what is shared comes last, as it is worked
 * out by those that are asked first.
 */
export const passes: readonly Pass[] = [...OF_ROUTES, ...BY_LINKS]
