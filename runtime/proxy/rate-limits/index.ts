export { type Buckets, type LimitingConfig, type Room, type Wanted, wantedOf } from './buckets.ts'
export { MemoryBuckets } from './memory-buckets.ts'
export { limitForClient, rateLimitLines, secondsOf } from './rate-limit-headers.ts'
