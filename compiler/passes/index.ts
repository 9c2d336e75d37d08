import { dropDeadSteps } from './drop-dead-steps.ts'
import { foldConstants } from './fold-constants.ts'
import { mergeRoleTests } from './merge-role-tests.ts'
import type { Pass } from './pass.ts'

export { expressionPass, mapPrograms, type Pass, runPasses } from './pass.ts'

/** The order in which they run. */
export const passes: readonly Pass[] = [foldConstants, mergeRoleTests, dropDeadSteps]
