/** The state of a browser session, which is stored encrypted. */
export interface Session {
  readonly identity: string
  /** Issuer of the provider at sign-in. The session is invalid under another issuer. */
  readonly issuer: string
  readonly clientId: string
  readonly host: string
  readonly subject: string
  /**
   * ID of the session at the provider (OpenID Connect Back-Channel Logout 1.0, section 2.1; `SessionIndex` of SAML), or `null`.
   */
  readonly sid: string | null
  /** Claims about the sign-in itself. `told` holds further claims of the provider. */
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  /** Data that the provider needs for signing out. */
  readonly signOut: string
  readonly refreshToken: string | null
  /** Access token to exchange for tokens of services, or `null` without one. */
  readonly accessToken: string | null
  /** Start of the session in milliseconds since 1970. */
  readonly started: number
  readonly ends: number
  /** Time to refresh the session in milliseconds since 1970, or `null` to never refresh it. */
  readonly refreshAt: number | null
  /**
   * End of the provider's grant in milliseconds since 1970, or `null`. The session may outlast it while the provider is
   * unavailable.
   */
  readonly granted: number | null
}

/** Requirements that a new sign-in must meet (step-up authentication). */
export interface StepUp {
  /** Maximum age of the sign-in in seconds, or `null` for any age. */
  readonly maxAge: number | null
  /** Authentication context classes to request from the provider, any of which suffices. */
  readonly ask: readonly string[]
  /** Lists of `acr` values. The resulting `acr` must be in each list. */
  readonly acr: readonly (readonly string[])[]
  /** Whether multi-factor authentication is required. */
  readonly mfa: boolean
}

/** Request to a provider. `login`: authenticate the person again. `account`: offer another account. */
export type Prompt = 'login' | 'account'

/** A login that has begun but not finished. */
export interface PendingLogin {
  readonly identity: string
  readonly origin: string
  readonly host: string
  /** Path to return to after the login, with its query, on the same origin. */
  readonly returnTo: string
  readonly nonce: string
  readonly verifier: string
  /** Requirements of the step-up, or `null` if no unmet requirement caused the login. */
  readonly stepUp: StepUp | null
  /** Prompt to request from the provider, or `null` to leave it to the provider. */
  readonly prompt: Prompt | null
  /** End of the time to complete the login, in milliseconds since 1970. */
  readonly until: number
}

/** A provider's response in a form, which was sent without a cookie. It waits for the browser to return. */
export interface ReceivedLogin {
  readonly identity: string
  readonly state: string
  readonly grant: Grant
  /** Issuer of the provider whose configuration checked the response. */
  readonly issuer: string
  readonly clientId: string
}

/** A grant of a provider: the result of a sign-in or refresh. */
export interface Grant {
  readonly subject: string
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  readonly sid: string | null
  /** Maximum end of the session in milliseconds since 1970, or `null` if the provider does not specify it. */
  readonly ends: number | null
  /** Data that the provider needs for signing out, or `null` if the earlier data remain valid. */
  readonly signOut: string | null
  readonly refreshToken: string | null
  readonly accessToken: string | null
  /** Lifetime of the grant in seconds, or `null` if the provider does not specify it. */
  readonly expiresIn: number | null
}
