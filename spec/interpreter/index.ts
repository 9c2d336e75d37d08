/** What a checked policy means, in the plainest code there is. The compiled module must agree with it. */
export type { InterpretRequest } from './admit.ts'
export { type Environment, evaluate, type Observe } from './evaluate.ts'
export { type ClauseExplanation, type ExplainOptions, type Explanation, explain, type RuleExplanation } from './explain.ts'
export { type Interpretation, type InterpretOptions, interpret } from './interpret.ts'
export { Failure, type Value } from './value.ts'
