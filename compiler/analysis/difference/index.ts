export { type Ask, answerText, type Direction } from './answers.ts'
export { type Change, type Difference, difference, type Verdict, type Version } from './difference.ts'
export type { Witness } from './find-witness.ts'
