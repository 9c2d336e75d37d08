import type { CanonicalRequest } from '../../request/index.ts'
import type { AuthenticationFacts } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'

export interface Credential {
  readonly text: string
  /** Whether verification may depend on the rest of the request. Then no other request shares its result. */
  readonly alone?: boolean
  /** Whether it comes with a proof (RFC 9449). Default: false. */
  readonly dpop?: boolean
  /** Bytes of what it stands for, if that is not the credential itself. */
  readonly size?: number
}

export interface IdentityProblem {
  readonly path: readonly (string | number)[]
  readonly fault: 'content' | 'environment'
  readonly message: string
}

/** Whom a sender-bound credential was issued to. */
export interface Sender {
  /** Returns `null` if the request comes from the sender. Called for each request, cached or not. */
  proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null>
}

export interface Verified {
  readonly identity: string
  /** The method that issued it, if another method reads it. */
  readonly method?: MethodName
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly auth: AuthenticationFacts
  /** Seconds since 1970 from which, and until before which, the credential is valid. */
  readonly from: number
  readonly until: number
  /** Seconds since 1970 when it was issued or began. −∞ if unknown: then every revocation covers it. */
  readonly issued: number
  /** Its ID in records. Default: the start of its digest. `null`: none, because the digest could reveal a guessable secret. */
  readonly credentialId?: string | null
  /** Seconds since 1970 by which anything begun with it must end. Default: its own end. */
  readonly ends?: number
  /** Who must present it. `null` or absent: any bearer. */
  readonly sender?: Sender | null
  /** Bytes of the source of the claims, if not the credential itself. */
  readonly size?: number
  /** Returns false once its basis is no longer valid: a withdrawn key, an issuer out of contact for too long. */
  readonly holds: () => boolean
  /** Lower-case headers that held it and are not forwarded. Default: `authorization`. */
  readonly consumed?: readonly string[]
  /** Whether browsers send the credential on their own. Default: that of its method. */
  readonly ambient?: boolean
  /** Whether it is valid for this request alone and must not be cached. */
  readonly alone?: boolean
}

/** The state of an identity provider, for readiness and metrics. */
export interface ProviderStatus {
  readonly issuer: string
  /** Whether its credentials can be checked now. */
  readonly available: boolean
  /** Number of keys; `null` if the provider is asked about each credential instead. */
  readonly keys: number | null
  /** Milliseconds since it last confirmed its keys; `null`: never. */
  readonly age: number | null
  /** Why the last attempt failed; `null` if it succeeded. */
  readonly problem: string | null
}

/** What is needed to query issuers and cache their responses. */
export interface IssuerDeps {
  /** Monotonic milliseconds, for the ages of fetched data. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds for one response of an issuer. */
  readonly fetchTimeout: number
  /** Returns a `fetch` for the issuer of an identity, which may have certificate authorities of its own. */
  readonly fetchOf: (identity: string) => typeof globalThis.fetch
}
