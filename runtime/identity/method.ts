import type { CanonicalRequest } from '../../request/index.ts'
import type { Authentication } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Refused } from './authentication.ts'
import type { MethodName } from './identity-config.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { SenderDeps } from './token/sender.ts'

/** A way of showing who calls. One file a method; `methods.ts` is the table of them. */
export interface IdentityMethod<Config> {
  /** As in `via`. */
  readonly name: MethodName
  /** @param identities those that the configuration recognizes by it */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends SenderDeps {
  /** Milliseconds from any start, never set back: what ages of things fetched are counted by. */
  readonly monotonic: () => number
  readonly log: Log
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds that one answer of an issuer may take. */
  readonly fetchTimeout: number
  /** What secrets of the environment are taken from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two looks at a file that is watched; left out: as often as `watchFile` looks. */
  readonly watchInterval?: number
  /** A file that is watched was changed, after the start: by the place of its key in the configuration. */
  readonly onLoad: (place: string, result: 'taken' | 'refused') => void
  /** Over connections to the issuer of an identity: it may have authorities of its own. */
  readonly fetchOf: (identity: string) => typeof globalThis.fetch
  /** As whom the proxy asks the authorization server of an identity. */
  readonly clientOf: (identity: string) => OAuthClient
  /** Null: nobody signs in with a browser. */
  readonly signIn: SignIn | null
}

/** A method with the identities that use it. */
export interface Verifier {
  /** All that verification depends on but the credential itself: no other verifier may share its results. */
  readonly context: string
  /** What the request carries for this method; null where it carries nothing. Only reads: called for each request. */
  read(request: CanonicalRequest, connection?: object): Credential | Refused | null
  /**
   * Whom a credential is for, by its form and by what it says of itself, where several methods read by the same `read`. One of
   * them verifies it, and no other one is tried after that. Called for unknown credentials alone, so that it may cost something.
   * Left out: no other method reads what this one reads.
   */
  addressed?(credential: Credential): Addressed
  /** Null: what looked like one is none of this method, and the next one is asked. */
  verify(credential: Credential, request: CanonicalRequest): Promise<Verified | Refused | null>
  status(): readonly ProviderStatus[]
  /** Reads what it verifies by, and tells what is wrong with it; left out where that is nothing but the configuration. */
  open?(): Promise<readonly IdentityProblem[]>
  close?(): Promise<void>
}

/**
 * `yes`: it is for an identity of the method. `issuer`: its issuer is one of the method's, and it is for none of their
 * identities. `no`: neither.
 */
export type Addressed = 'yes' | 'issuer' | 'no'

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
  readonly auth: Authentication
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
