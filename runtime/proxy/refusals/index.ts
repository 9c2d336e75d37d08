export { ERRORS_PATH, WELL_KNOWN } from './problem.ts'
export { malformed, overloaded, type Refusal, refusalOf, refuseCredential, refusedEarly } from './refusal.ts'
export { refuse } from './refuse.ts'
export { stepUpChallenge } from './step-up.ts'
