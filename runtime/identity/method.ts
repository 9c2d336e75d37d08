import type { CanonicalRequest } from '../../request/index.ts'
import type { Refused } from './authentication.ts'
import type { Credential, IdentityProblem, IssuerDeps, ProviderStatus, Verified } from './credential.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { SenderDeps } from './token/sender.ts'

/** A way of showing who calls. One file a method; `prepare-methods.ts` is the table of them. */
export interface IdentityMethod<Config> {
  /** @param identities those that the configuration recognizes by it */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends SenderDeps, IssuerDeps {
  /** What secrets of the environment are taken from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two looks at a file that is watched; left out: as often as `watchFile` looks. */
  readonly watchInterval?: number
  /** A file that is watched was changed, after the start: by the place of its key in the configuration. */
  readonly onLoad: (place: string, result: 'taken' | 'refused') => void
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

/** The context of a verifier: its identities by name, each with all that verification by it depends on. */
export function verifierContext<Config>(identities: ReadonlyMap<string, Config>, describe: (config: Config) => unknown): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(all.map(([name, config]) => [name, describe(config)]))
}
