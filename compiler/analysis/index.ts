export { isRefused, type JudgedInvariant, judgeInvariants } from './judge-invariants.ts'
export { prove } from './prove.ts'
