export { type Door, isScope } from './door/emit-conversion.ts'
export { emit, RouteUnits } from './emit.ts'
export type { Emitted, Mark } from './read-marks.ts'
export { TABLES_EVERYWHERE } from './tables/emit-tables.ts'
