export type { Door } from './door/door.ts'
export { isScope } from './door/emit-conversion.ts'
export { type EmitOptions, type Emitted, emit } from './emit.ts'
export type { Locate, Location } from './mappings.ts'
