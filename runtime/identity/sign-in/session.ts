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
  /**
   * Claims about the sign-in itself that the provider has signed, such as `sub` and `acr`. `told` holds further claims of the
   * provider.
   */
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  /** Data that a logout request to the provider must contain: the ID token of OpenID Connect, or the name ID of SAML. */
  readonly signOut: string
  readonly refreshToken: string | null
  /** Access token that the proxy exchanges for tokens of services, or `null` if none is stored. */
  readonly accessToken: string | null
  /** Start of the session in milliseconds since 1970. */
  readonly started: number
  readonly ends: number
  /** Time in milliseconds since 1970 at which the session must be refreshed, or `null` if it is never refreshed. */
  readonly refreshAt: number | null
  /**
   * Time in milliseconds since 1970 at which the tokens of the provider expire; `null` if unknown or the session cannot be
   * refreshed. The session may outlast it while the provider is unavailable.
   */
  readonly granted: number | null
}

/** Requirements that a new sign-in must meet (step-up authentication). */
export interface StepUp {
  /** Maximum age of the sign-in in seconds, or `null` for any age. */
  readonly maxAge: number | null
  /** Authentication context classes to request from the provider, any of which suffices. */
  readonly ask: readonly string[]
  /** Accepted `acr` values of each requirement. The `acr` of the sign-in must be in each of the lists. */
  readonly acr: readonly (readonly string[])[]
  /** Whether multi-factor authentication is required. */
  readonly mfa: boolean
}

/** What the provider must ask of the person. `login`: to authenticate again. `account`: to choose an account. */
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
  /** Authentication requirements that caused the login, or `null` if the caller was merely not signed in. */
  readonly stepUp: StepUp | null
  /** What the provider must ask of the person, or `null` to leave it to the provider. */
  readonly prompt: Prompt | null
  /** Time in milliseconds since 1970 until which the login must be completed. */
  readonly until: number
}

/**
 * A checked response of a provider that arrived in a cross-site form, with which browsers send no cookie. It is stored until the
 * browser returns with its cookie.
 */
export interface ReceivedLogin {
  readonly identity: string
  readonly state: string
  readonly grant: Grant
  /** Issuer of the provider whose configuration checked the response. */
  readonly issuer: string
  readonly clientId: string
}

/** Claims and tokens that a provider issues at a sign-in or refresh. */
export interface Grant {
  readonly subject: string
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  readonly sid: string | null
  /** Time in milliseconds since 1970 by which the session must end, or `null` if the provider does not specify it. */
  readonly ends: number | null
  /** Data that a logout request to the provider must contain, or `null` if the earlier data remain valid. */
  readonly signOut: string | null
  readonly refreshToken: string | null
  readonly accessToken: string | null
  /** Seconds until the tokens expire, or `null` if the provider does not specify it. */
  readonly expiresIn: number | null
}
