import type { SecretRef } from '../../base/secret.ts'
import type { JwsAlgorithm } from '../token/compact-jws.ts'

/** Whose security events are believed about the subjects of an identity. */
export interface EventsConfig {
  /** Of the events: compared with `iss` byte for byte. */
  readonly issuer: string
  /** Of the subjects. */
  readonly subjectIssuer: string
  readonly audience: string
  /** Where the keys are; null: the issuer's metadata says it. */
  readonly jwks: string | null
  /** Null: all that are asymmetric. */
  readonly algorithms: readonly JwsAlgorithm[] | null
  /** Milliseconds. */
  readonly clockSkew: number
  readonly staleKeys: number
  /** What the sender shows; null: the signature alone says who it is. */
  readonly token: SecretRef | null
}
