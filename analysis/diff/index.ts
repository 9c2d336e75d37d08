export type { Permissiveness } from './compare-permissions.ts'
export { type Change, type Difference, difference, differenceInSteps, type Version } from './difference.ts'
