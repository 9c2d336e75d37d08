export { type EmitOptions, type Emitted, emit, RouteUnits } from './emit.ts'
export type { Location, Places } from './mappings.ts'
export type { InputKind } from './module-scope.ts'
export { TABLES_EVERYWHERE } from './tables/emit-tables.ts'
