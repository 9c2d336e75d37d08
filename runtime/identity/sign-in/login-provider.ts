import type { ProviderStatus } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import type { MfaConfig } from '../token/read-authentication.ts'
import type { Session } from './session.ts'

/** Provider and OAuth client or SAML entity of a sign-in. Another client of the same provider does not share its sessions. */
export interface ProviderClient {
  readonly issuer: string
  /** Client ID of the proxy at the provider. */
  readonly clientId: string
  /** Milliseconds by which the provider's clock may differ. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
}

/**
 * A provider at which people sign in with a browser, by OpenID Connect or SAML. Methods reject with `ProviderProblem` if the
 * provider is unavailable.
 */
export interface LoginProvider {
  readonly method: MethodName
  readonly config: ProviderClient
  signOutUrl(session: Session, origin: string): Promise<string | null>
  status(): ProviderStatus
}
