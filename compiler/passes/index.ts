import { dropDeadSteps } from './drop-dead-steps.ts'
import { foldConstants } from './fold-constants.ts'
import { inlineVariables } from './inline-variables.ts'
import { mergeRoleTests } from './merge-role-tests.ts'
import type { Pass } from './pass.ts'
import { shareSubexpressions } from './share-subexpressions.ts'

export { expressionPass, mapPrograms, type Pass, runPasses } from './pass.ts'

/** The order in which they run: arguments first, so that what they are is folded; what is shared last, as by then it is known what is left. */
export const passes: readonly Pass[] = [inlineVariables, foldConstants, mergeRoleTests, dropDeadSteps, shareSubexpressions]
