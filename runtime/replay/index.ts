export { type ChangeKind, type Decided, decidedIn } from './compare.ts'
export { HashKey } from './hash-key.ts'
export { Lack } from './lack.ts'
export { type Answer, ReplayError, type Replayed, Replayer, type ReplayOptions, traceOf } from './replayer.ts'
