import type { CanonicalRequest } from '../../request/index.ts'
import type { Refused } from './authentication.ts'
import type { Credential, IdentityProblem, IssuerDeps, ProviderStatus, Verified } from './credential.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { SenderDeps } from './token/sender.ts'

/** An authentication method, such as `jwt` or `mtls`. Each method has its own file, and `prepare-methods.ts` lists them all. */
export interface IdentityMethod<Config> {
  /**
   * Creates the verifier of the method's credentials.
   *
   * @param identities configuration by identity, for the identities that use this method
   */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends SenderDeps, IssuerDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two checks of a watched file. Default: that of `watchFile`. */
  readonly watchInterval?: number
  /** Receives the result of reloading a changed file. `place` is the path of the configuration key that names the file. */
  readonly onLoad: (place: string, result: 'taken' | 'refused') => void
  readonly clientOf: (identity: string) => OAuthClient
  /** Browser sign-in, or `null` if it is off. */
  readonly signIn: SignIn | null
}

/** An authentication method with the configuration of its identities. It finds credentials in requests and verifies them. */
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
   * Returns whether an unverified credential is meant for an identity of this method. It chooses between methods with the same
   * `read` function, such as `jwt` and `oauth2`, which both read bearer tokens; only the chosen method verifies the credential.
   * It is called for unknown credentials only, so it may be slow. Absent if no other method has the same `read` function.
   */
  addressed?(credential: Credential): Addressed
  /** Verifies a credential. Returns `null` if it is not a credential of this method; the next method is then tried. */
  verify(credential: Credential, request: CanonicalRequest): Promise<Verified | Refused | null>
  status(): readonly ProviderStatus[]
  /** Loads files and other inputs that verification needs. Returns the problems found, which keep the proxy from starting. */
  open?(): Promise<readonly IdentityProblem[]>
  close?(): Promise<void>
}

/**
 * Whether a method is responsible for an unverified credential. `yes`: it is meant for an identity of the method. `issuer`: it is
 * meant for no identity, but the method knows its issuer. `no`: neither.
 */
export type Addressed = 'yes' | 'issuer' | 'no'

/**
 * Returns the `context` of a verifier: a text with the names of its identities and the parts of their configuration on which
 * verification depends.
 */
export function verifierContext<Config>(identities: ReadonlyMap<string, Config>, describe: (config: Config) => unknown): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(all.map(([name, config]) => [name, describe(config)]))
}
