export { exactLint } from './findings/index.ts'
export { isRefused, type JudgedInvariant, judgeInvariants } from './prove/judge-invariants.ts'
export { propertyResult } from './prove/property-result.ts'
export { prove } from './prove/prove.ts'
