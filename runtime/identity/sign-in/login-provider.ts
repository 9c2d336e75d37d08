import type { ProviderStatus } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import type { MfaConfig } from '../token/read-authentication.ts'
import type { Session } from './session.ts'

/** Whose sessions they are: those of another registration are others. */
export interface ProviderClient {
  readonly issuer: string
  /** Of the proxy, as the provider knows it. */
  readonly clientId: string
  /** Milliseconds. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
}

/** Where people sign in, whatever it speaks. Everything rejects with `ProviderProblem` where it cannot be asked. */
export interface LoginProvider {
  readonly method: MethodName
  readonly config: ProviderClient
  /** Where it is sent to sign out there, too; null: nowhere. */
  signOutUrl(session: Session, origin: string): Promise<string | null>
  status(): ProviderStatus
}
