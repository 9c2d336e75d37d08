export { type Change, type Difference, difference, type Version } from './difference.ts'
export type { Verdict } from './judge.ts'
