import type { CanonicalRequest } from '../../request/index.ts'
import type { AuthenticationFacts } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'

export interface Credential {
  readonly text: string
  /** Whether verification may depend on the rest of the request. If so, no other request shares the result. */
  readonly alone?: boolean
  /** Whether a DPoP proof accompanies the credential (RFC 9449). Default: false. */
  readonly dpop?: boolean
  /** Size in bytes of the data that the credential refers to. Default: the length of the credential itself. */
  readonly size?: number
}

export interface IdentityProblem {
  readonly path: readonly (string | number)[]
  readonly fault: 'content' | 'environment'
  readonly message: string
}

/** The client to which a sender-constrained credential was issued. */
export interface Sender {
  /** Returns `null` if the request comes from the sender, otherwise the refusal. Called for each request, cached or not. */
  proves(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
  ): Refused | null | Promise<Refused | null>
}

export interface Verified {
  readonly identity: string
  /** Method that issued the credential, if another method reads it. */
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
  /** Time by which anything begun with the credential must end, in seconds since 1970. Default: the end of the credential. */
  readonly ends?: number
  /** Client that must present the credential. `null` or absent: any bearer may. */
  readonly sender?: Sender | null
  /** Size in bytes of the source of the claims. Default: the length of the credential itself. */
  readonly size?: number
  /**
   * Returns false as soon as the basis of the verification is invalid: a key was withdrawn, or the issuer did not respond for
   * too long.
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
