import type { CanonicalRequest } from '../../request/index.ts'
import type { AuthenticationFacts } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'

export interface Credential {
  readonly text: string
  /** Whether what it is verified to be may depend on the request around it: then no other request waits for it. */
  readonly alone?: boolean
  /** It is shown with a proof (RFC 9449). Left out: it is not. */
  readonly dpop?: boolean
  /** Of what it stands for, in bytes; left out, it is that itself. */
  readonly size?: number
}

/** Why the proxy does not start. */
export interface IdentityProblem {
  /** In the configuration. */
  readonly path: readonly (string | number)[]
  readonly fault: 'content' | 'environment'
  readonly message: string
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
  /** Where one method reads what another has made; left out: its own. */
  readonly method?: MethodName
  readonly subject: string | null
  readonly claims: Readonly<Record<string, unknown>>
  readonly auth: AuthenticationFacts
  /** Seconds since 1970 from which, and until before which, the credential counts. */
  readonly from: number
  readonly until: number
  /** Seconds since 1970 at which it was issued, or began; −∞ where nobody says: then it is older than whatever is revoked. */
  readonly issued: number
  /** How records name it; left out: by the beginning of its digest. Null: not at all, since it could be guessed by that. */
  readonly credentialId?: string | null
  /** Until before which what was begun with it may last; left out: as long as it counts. */
  readonly ends?: number
  /** Whom it counts from; left out, or null: from whoever brings it. */
  readonly sender?: Sender | null
  /** Bytes of what the claims were read from, where that is not the credential itself. */
  readonly size?: number
  /**
   * False once what it was verified by counts no longer: a key that was withdrawn, an issuer that was not heard of for too long.
   */
  readonly holds: () => boolean
  /** Headers that held it, in lower case, which are not the service's; left out: `authorization`. */
  readonly consumed?: readonly string[]
  /** Whether browsers send the credential by themselves; left out: as its method has it. */
  readonly ambient?: boolean
  /** Whether it counts for this request alone, and is not kept. */
  readonly alone?: boolean
}

/** For readiness and metrics. */
export interface ProviderStatus {
  readonly issuer: string
  /** Whether credentials of it can be checked now. */
  readonly available: boolean
  /** Null: credentials are checked by what it is asked, not by its keys. */
  readonly keys: number | null
  /** Milliseconds since it last confirmed its keys; null: never. */
  readonly age: number | null
  /** Why it did not the last time; null where it did. */
  readonly problem: string | null
}

/** What it takes to ask issuers, and to remember what they say. */
export interface IssuerDeps {
  /** Milliseconds from any start, never set back: what ages of things fetched are counted by. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds that one answer of an issuer may take. */
  readonly fetchTimeout: number
  /** Over connections to the issuer of an identity: it may have authorities of its own. */
  readonly fetchOf: (identity: string) => typeof globalThis.fetch
}
