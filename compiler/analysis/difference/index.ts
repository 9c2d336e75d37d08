export { type Change, type Difference, difference, type Verdict, type Version } from './difference.ts'
