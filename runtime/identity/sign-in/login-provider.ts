import type { ProviderStatus } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import type { MfaConfig } from '../token/read-authentication.ts'
import type { Session } from './session.ts'

/** The provider and client for which a session was created. Other clients of the provider do not share the session. */
export interface ProviderClient {
  readonly issuer: string
  /** Client ID of the proxy at the provider. */
  readonly clientId: string
  /** Milliseconds by which the provider's clock may differ. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
}

/** A sign-in provider of any protocol. Methods reject with `ProviderProblem` if the provider is unavailable. */
export interface LoginProvider {
  readonly method: MethodName
  readonly config: ProviderClient
  signOutUrl(session: Session, origin: string): Promise<string | null>
  status(): ProviderStatus
}
