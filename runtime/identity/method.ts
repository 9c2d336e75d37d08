import type { CanonicalRequest } from '../../request/index.ts'
import type { Refused } from './authentication.ts'
import type { Credential, IdentityProblem, IssuerDeps, ProviderStatus, Verified } from './credential.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { SenderDeps } from './token/sender.ts'

/** An authentication method. One file a method; `prepare-methods.ts` lists them. */
export interface IdentityMethod<Config> {
  /** @param identities those that use this method */
  prepare(identities: ReadonlyMap<string, Config>, deps: MethodDeps): Verifier
}

export interface MethodDeps extends SenderDeps, IssuerDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two checks of a watched file. Default: that of `watchFile`. */
  readonly watchInterval?: number
  /** Called when a watched file changes after start, with the path of its configuration key. */
  readonly onLoad: (place: string, result: 'taken' | 'refused') => void
  readonly clientOf: (identity: string) => OAuthClient
  /** `null`: browser sign-in is off. */
  readonly signIn: SignIn | null
}

/** A method with the identities that use it. */
export interface Verifier {
  /** All that verification depends on besides the credential. Verifiers share cached results only if it is equal. */
  readonly context: string
  /** Returns the request's credential for this method, or `null`. Only reads; called for each request. */
  read(request: CanonicalRequest, connection?: object): Credential | Refused | null
  /**
   * Whether an unverified credential is meant for this method, if several share the same `read`. One of them verifies it, and no
   * other is tried. May be slow: called for unknown credentials only. Absent: no other method reads the same.
   */
  addressed?(credential: Credential): Addressed
  /** Returns `null` if it is not a credential of this method; then the next method is tried. */
  verify(credential: Credential, request: CanonicalRequest): Promise<Verified | Refused | null>
  status(): readonly ProviderStatus[]
  /** Loads further inputs of verification and returns problems. */
  open?(): Promise<readonly IdentityProblem[]>
  close?(): Promise<void>
}

/** `yes`: for an identity of the method. `issuer`: of a known issuer, but for none of its identities. `no`: neither. */
export type Addressed = 'yes' | 'issuer' | 'no'

/** Returns a verifier's context: its identities by name, with all that verification depends on. */
export function verifierContext<Config>(identities: ReadonlyMap<string, Config>, describe: (config: Config) => unknown): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(all.map(([name, config]) => [name, describe(config)]))
}
