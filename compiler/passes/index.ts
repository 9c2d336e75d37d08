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

/** The passes that need only one route at a time, in order. */
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

/** The passes that run last, in order. The first of them needs the precomputed positions (`LinkIr`) of all routes. */
export const BY_LINKS: readonly Pass[] = [comparePositions, scheduleTests, shareSubexpressions]

/**
 * All passes in order. Arguments are inlined and lists unrolled first, so that the results are folded. Then all tests and their
 * lookups in data are known, and tests are ordered. Sharing is last, as the first use computes a shared value.
 */
export const passes: readonly Pass[] = [...OF_ROUTES, ...BY_LINKS]
