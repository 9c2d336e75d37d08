import type { CanonicalRequest } from '../../request/index.ts'
import type { Authentication } from '../abi/index.ts'
import type { Log } from '../log.ts'
import type { Refused } from './authentication.ts'
import type { DpopDeps } from './dpop/check-proof.ts'
import type { MethodName } from './identity-config.ts'
import type { OAuthClient } from './provider/oauth-client.ts'

/** A way of showing who calls. One file a method; `methods.ts` is the table of them. */
export interface IdentityMethod<Config> {
  /** As in `via`. */
  readonly name: MethodName
  /** @param identities those that the configuration recognises by it */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends DpopDeps {
  /** Milliseconds from any start, never set back: what ages of things fetched are counted by. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds that one answer of an issuer may take. */
  readonly fetchTimeout: number
  /** As whom the proxy asks the authorization server of an identity. */
  readonly clientOf: (identity: string) => OAuthClient
}

/** A method with the identities that use it. */
export interface Verifier {
  /** All that verification depends on but the credential itself: no other verifier may share its results. */
  readonly context: string
  /** What the request carries for this method; null where it carries nothing. Only reads: called for each request. */
  read(request: CanonicalRequest, connection?: object): Credential | Refused | null
  /**
   * Whether a credential that it has read is for the next method to verify that reads one here. Asked only of one that is not known, so that it
   * may cost something. Left out: never.
   */
  passes?(credential: Credential): boolean
  verify(credential: Credential): Promise<Verified | Refused>
  status(): readonly ProviderStatus[]
}

export interface Credential {
  readonly text: string
  /** It is shown with a proof (RFC 9449). Left out: it is not. */
  readonly dpop?: boolean
}

/** Whom a credential was given to. */
export interface Sender {
  /** Null: this request comes from it. Asked for each request, whether the credential is known or not. */
  proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null>
}

export interface Verified {
  readonly identity: string
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly auth: Authentication
  /** Seconds since 1970 from which, and until before which, the credential counts. */
  readonly from: number
  readonly until: number
  /** Until before which what was begun with it may last; left out: as long as it counts. */
  readonly ends?: number
  /** Whom it counts from; left out, or null: from whoever brings it. */
  readonly sender?: Sender | null
  /** Bytes of what the claims were read from, where that is not the credential itself. */
  readonly size?: number
  /** False once what it was verified by counts no longer: a key that was withdrawn, an issuer that was not heard of for too long. */
  readonly holds: () => boolean
}

/** For readiness and metrics. */
export interface ProviderStatus {
  readonly issuer: string
  /** Whether credentials of it can be checked now. */
  readonly available: boolean
  /** Null: it is asked about each credential. */
  readonly keys: number | null
  /** Milliseconds since it last confirmed its keys; null: never. */
  readonly age: number | null
  /** Why it did not the last time; null where it did. */
  readonly problem: string | null
}
