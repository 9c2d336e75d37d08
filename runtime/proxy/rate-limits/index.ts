export type { Buckets, Room, Wanted } from './buckets.ts'
export type { LimitingConfig } from './limits-config.ts'
export { MemoryBuckets } from './memory-buckets.ts'
export { wantedOf } from './wanted.ts'
