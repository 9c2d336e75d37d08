import type { CanonicalRequest } from '../../request/index.ts'
import type { AuthenticationFacts } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'

export interface Credential {
  readonly text: string
  /** Whether the result of verification is valid for this request only, as it may depend on other parts of the request. */
  readonly alone?: boolean
  /** Whether a DPoP proof accompanies the credential (RFC 9449). Default: false. */
  readonly dpop?: boolean
  /** Size in bytes of the data that must be cached for the credential. Default: the length of the credential itself. */
  readonly size?: number
}

export interface IdentityProblem {
  readonly path: readonly (string | number)[]
  readonly fault: 'content' | 'environment'
  readonly message: string
}

/** The client to which a sender-constrained credential was issued, identified by a DPoP key or a client certificate. */
export interface Sender {
  /**
   * Returns `null` if a request proves that it comes from this client, otherwise the refusal. It is called for each request, even
   * if the credential is cached.
   */
  proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null>
}

export interface Verified {
  readonly identity: string
  /**
   * Name of the method that the caller used, if it is not the method that read the credential. Example: a `saml` sign-in whose
   * session cookie the method `oidc` reads.
   */
  readonly method?: MethodName
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly auth: AuthenticationFacts
  /** Start and end of the credential's validity, in seconds since 1970. The end is exclusive. */
  readonly from: number
  readonly until: number
  /**
   * Time at which the credential was issued or became valid, in seconds since 1970. −∞ if unknown: every revocation then covers
   * it.
   */
  readonly issued: number
  /**
   * ID of the credential in records. Default: the start of its digest. `null` omits the ID, for guessable secrets that a digest
   * could reveal.
   */
  readonly credentialId?: string | null
  /**
   * Time in seconds since 1970 by which streams and other work that began with the credential must end. Default: the end of the
   * credential.
   */
  readonly ends?: number
  /** Client that must present the credential. `null` or absent: any bearer may. */
  readonly sender?: Sender | null
  /** Size in bytes of the data from which the claims were read, for the cache. Default: the length of the credential itself. */
  readonly size?: number
  /**
   * Returns whether the verification result still counts. It becomes false if a key is withdrawn, or the issuer does not respond
   * for too long.
   */
  readonly holds: () => boolean
  /** Lower-case names of the headers that held the credential and are not forwarded. Default: `authorization`. */
  readonly consumed?: readonly string[]
  /** Whether browsers send the credential automatically. Default: that of its method. */
  readonly ambient?: boolean
  /** Whether the result is valid for this request only and must not be cached. */
  readonly alone?: boolean
}

/** The state of an identity provider, for readiness and metrics. */
export interface ProviderStatus {
  readonly issuer: string
  /** Whether credentials of the provider can be checked now. */
  readonly available: boolean
  /** Number of the provider's keys, or `null` if the proxy asks the provider about each credential instead. */
  readonly keys: number | null
  /** Milliseconds since the provider last confirmed its keys, or `null` if it never did. */
  readonly age: number | null
  /** Reason why the last attempt to reach the provider failed, or `null` if it succeeded. */
  readonly problem: string | null
}

/** Dependencies of code that queries issuers and caches their responses. */
export interface IssuerDeps {
  /** Returns monotonic milliseconds, from which the ages of fetched data are computed. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds to wait for one response of an issuer. */
  readonly fetchTimeout: number
  /** Returns a `fetch` for the issuer of an identity, which may have its own certificate authorities. */
  readonly fetchOf: (identity: string) => typeof globalThis.fetch
}
