/** The reference meaning of a checked policy, in the plainest code. The compiled module must agree with it. */
export type { InterpretRequest } from './admit.ts'
export type { InterpretedDecision as Interpretation } from './decide.ts'
export { type Environment, evaluate, type Observe } from './evaluate.ts'
export { type InterpretedTrace, interpretWithTrace } from './explain.ts'
export { type InterpretOptions, interpret } from './interpret.ts'
export { readsBody } from './judge-rule.ts'
export { showDuration, showTimestamp } from './times.ts'
export { EvalFailure, elementsOf, type Value } from './value.ts'
