import type { MfaConfig } from '../../../runtime/identity/index.ts'

/** What the proxy has sent a browser for. */
export interface SignInRequest {
  readonly identity: string
  /** Where it goes back to. */
  readonly origin: string
  /** Of `acr_values`. */
  readonly acr: readonly string[]
  /** Whether somebody is to sign in anew who has before. */
  readonly again: boolean
  readonly mfa: MfaConfig
}
