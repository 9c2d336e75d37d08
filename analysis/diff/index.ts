export { type Change, type Difference, difference, type Version } from './difference.ts'
export type { Permissiveness } from './judge.ts'
