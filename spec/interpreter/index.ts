/** What a checked policy means, in the plainest code there is. The compiled module must agree with it. */
export { type Interpretation, type InterpretOptions, type InterpretRequest, interpret } from './interpret.ts'
export { OVERFLOW, type Result, type Value } from './value.ts'
