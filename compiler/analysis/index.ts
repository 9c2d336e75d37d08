export { isRefused, type JudgedInvariant, judgeInvariants } from './judge-invariants.ts'
export { exactLint } from './lint/index.ts'
export { prove } from './prove.ts'
