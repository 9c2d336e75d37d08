/** What of an authentication says that it took several factors: any one of these, byte for byte. */
export interface MfaConfig {
  /** Of `amr` (RFC 8176). */
  readonly amr: readonly string[]
  /** Of `acr`; the provider is asked for these. */
  readonly acr: readonly string[]
}

export const DEFAULT_MFA: MfaConfig = Object.freeze({ amr: Object.freeze(['mfa']), acr: Object.freeze(['mfa']) })
