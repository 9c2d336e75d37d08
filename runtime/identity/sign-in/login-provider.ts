import type { ProviderStatus } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import type { MfaConfig } from '../token/read-authentication.ts'
import type { Session } from './session.ts'

/** The provider and client that own a session; other registrations do not share it. */
export interface ProviderClient {
  readonly issuer: string
  /** The proxy's ID at the provider. */
  readonly clientId: string
  /** Milliseconds. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
}

/** A sign-in provider, whatever its protocol. Methods reject with `ProviderProblem` if it is unavailable. */
export interface LoginProvider {
  readonly method: MethodName
  readonly config: ProviderClient
  signOutUrl(session: Session, origin: string): Promise<string | null>
  status(): ProviderStatus
}
