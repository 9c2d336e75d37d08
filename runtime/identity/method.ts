import type { CanonicalRequest } from '../../request/index.ts'
import type { Refused } from './authentication.ts'
import type { Credential, IdentityProblem, IssuerDeps, ProviderStatus, Verified } from './credential.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { SenderDeps } from './token/sender.ts'

/** An authentication method. Each method has its own file, and `prepare-methods.ts` lists them all. */
export interface IdentityMethod<Config> {
  /**
   * Creates the verifier of the method.
   *
   * @param identities configuration by identity, for the identities that use this method
   */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends SenderDeps, IssuerDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two checks of a watched file. Default: that of `watchFile`. */
  readonly watchInterval?: number
  /** Receives the path of a configuration key when the file that it names has changed and was taken or refused. */
  readonly onLoad: (place: string, result: 'taken' | 'refused') => void
  readonly clientOf: (identity: string) => OAuthClient
  /** Browser sign-in, or `null` if it is off. */
  readonly signIn: SignIn | null
}

/** An authentication method together with the identities that use it. */
export interface Verifier {
  /**
   * Text of all that verification depends on besides the credential. Verifiers share cached results only if their contexts are
   * equal.
   */
  readonly context: string
  /**
   * Returns the request's credential for this method, or `null` without one. Verifies nothing, as it is called for each
   * request.
   */
  read(request: CanonicalRequest, connection?: object): Credential | Refused | null
  /**
   * Returns whether an unverified credential is meant for this method. It selects the only method that verifies the credential
   * if several methods share one `read`. May be slow, as it is called for unknown credentials only. Absent if no other method
   * shares its `read`.
   */
  addressed?(credential: Credential): Addressed
  /** Verifies a credential. Returns `null` if it is not a credential of this method; the next method is then tried. */
  verify(credential: Credential, request: CanonicalRequest): Promise<Verified | Refused | null>
  status(): readonly ProviderStatus[]
  /** Loads further inputs of verification and returns the problems found. */
  open?(): Promise<readonly IdentityProblem[]>
  close?(): Promise<void>
}

/**
 * Result of assigning an unverified credential. `yes`: it is meant for an identity of the method. `issuer`: it is meant for
 * none, but the issuer is known. `no`: neither.
 */
export type Addressed = 'yes' | 'issuer' | 'no'

/** Returns the context of a verifier: its identities by name, with all that verification depends on. */
export function verifierContext<Config>(identities: ReadonlyMap<string, Config>, describe: (config: Config) => unknown): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(all.map(([name, config]) => [name, describe(config)]))
}
