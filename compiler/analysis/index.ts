export { isRefused, type JudgedInvariant, judgeInvariants } from './judge-invariants.ts'
export { type Proof, prove } from './prove.ts'
