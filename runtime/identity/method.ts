import type { CanonicalRequest } from '../../request/index.ts'
import type { Authentication } from '../abi/index.ts'
import type { Log } from '../log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'
import type { Certificates } from './mtls/certificates.ts'

/** A way of showing who calls. One file a method; `methods.ts` is the table of them. */
export interface IdentityMethod<Config> {
  /** As in `via`. */
  readonly name: MethodName
  /** @param identities those that the configuration recognises by it */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps {
  /** Milliseconds since 1970: what claims are compared with. */
  readonly clock: () => number
  /** Milliseconds from any start, never set back: what ages of things fetched are counted by. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds that one answer of an issuer may take. */
  readonly fetchTimeout: number
  /** Whose certificates clients show. */
  readonly certificates: Certificates
}

/** A method with the identities that use it. */
export interface Verifier {
  /** All that verification depends on but the credential itself: no other verifier may share its results. */
  readonly context: string
  /** What the request carries for this method; null where it carries nothing. Only reads: called for each request. */
  read(request: CanonicalRequest, connection?: object): Credential | Refused | null
  verify(credential: Credential): Promise<Verified | Refused>
  status(): readonly ProviderStatus[]
}

export interface Credential {
  readonly text: string
  /** Of what it stands for, in bytes; left out, it is that itself. */
  readonly size?: number
}

export interface Verified {
  readonly identity: string
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly auth: Authentication
  /** Seconds since 1970 from which, and until before which, the credential counts. */
  readonly from: number
  readonly until: number
  /** False once what it was verified by counts no longer: a key that was withdrawn, an issuer that was not heard of for too long. */
  readonly holds: () => boolean
}

/** For readiness and metrics. */
export interface ProviderStatus {
  readonly issuer: string
  /** Whether credentials of it can be checked now. */
  readonly available: boolean
  readonly keys: number
  /** Milliseconds since it last confirmed its keys; null: never. */
  readonly age: number | null
  /** Why it did not the last time; null where it did. */
  readonly problem: string | null
}
