export { RevocationStateError } from './log-lines.ts'
export { OwnRevocations } from './own-revocations.ts'
export {
  type Change,
  MOST_REVOCATIONS,
  newRevocation,
  type Once,
  type Revocation,
  type RevocationOutcome,
  type Revoke,
  type Revoked,
  type RevokedFrom,
  type Standing,
} from './revocation.ts'
export type { KeeperListener, RevocationKeeper } from './revocation-keeper.ts'
export { type Revocable, Revocations } from './revocations.ts'
