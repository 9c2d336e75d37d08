export { inSlices } from './in-slices.ts'
export { RevocationStateError } from './log-lines.ts'
export { newRevocation } from './new-revocation.ts'
export { OwnRevocations } from './own-revocations.ts'
export {
  type Change,
  MOST_REVOCATIONS,
  type Once,
  type Outcome,
  type Revocation,
  type Revoked,
  type RevokedFrom,
  type Standing,
} from './revocation.ts'
export type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'
export { type Revocable, Revocations } from './revocations.ts'
export type { Revoke } from './revoke.ts'
