export { type Door, isScope } from './door/emit-conversion.ts'
export { emit } from './emit.ts'
export type { Emitted, Mark } from './read-marks.ts'
