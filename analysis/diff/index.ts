export type { Permissiveness } from './compare-permissions.ts'
export { type Change, type Difference, difference, type Version } from './difference.ts'
