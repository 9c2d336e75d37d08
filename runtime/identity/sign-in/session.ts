/** The sealed state of a browser session. */
export interface Session {
  readonly identity: string
  /** The provider at sign-in: another configuration does not take the session over. */
  readonly issuer: string
  readonly clientId: string
  readonly host: string
  readonly subject: string
  /** ID of the provider's session (OpenID Connect Back-Channel Logout 1.0, section 2.1; `SessionIndex` of SAML). */
  readonly sid: string | null
  /** Claims of the sign-in itself, and further claims of the provider. */
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  /** What the provider needs for signing out. */
  readonly signOut: string
  readonly refreshToken: string | null
  /** Token to exchange for tokens of services; `null`: none. */
  readonly accessToken: string | null
  /** Milliseconds since 1970. */
  readonly started: number
  readonly ends: number
  /** When to refresh it; `null`: never. */
  readonly refreshAt: number | null
  /** End of the provider's grant. The session may outlast it while the provider is unavailable. */
  readonly granted: number | null
}

/** Requirements for signing in again. */
export interface StepUp {
  /** Maximum seconds since the sign-in; `null`: any. */
  readonly maxAge: number | null
  /** Values to request from the provider, any of which suffices. */
  readonly ask: readonly string[]
  /** For each list, the resulting `acr` must be one of its values. */
  readonly acr: readonly (readonly string[])[]
  /** Whether several factors are required. */
  readonly mfa: boolean
}

/** `login`: the provider must authenticate the person again. `account`: it must offer another account. */
export type Prompt = 'login' | 'account'

/** A login under way. */
export interface PendingLogin {
  readonly identity: string
  readonly origin: string
  readonly host: string
  /** A path of that origin, with its query. */
  readonly returnTo: string
  readonly nonce: string
  readonly verifier: string
  /** `null`: the login does not come from an unmet requirement. */
  readonly stepUp: StepUp | null
  /** `null`: the provider decides. */
  readonly prompt: Prompt | null
  /** Milliseconds since 1970. */
  readonly until: number
}

/** A provider's response by a form, which brings no cookie; it waits for the browser to return. */
export interface ReceivedLogin {
  readonly identity: string
  readonly state: string
  readonly grant: Grant
  /** Of the configuration that checked it. */
  readonly issuer: string
  readonly clientId: string
}

/** A grant of a provider. */
export interface Grant {
  readonly subject: string
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  readonly sid: string | null
  /** Milliseconds since 1970, maximum end of the session; `null` if unspecified. */
  readonly ends: number | null
  /** What it needs for signing out; `null`: unchanged. */
  readonly signOut: string | null
  readonly refreshToken: string | null
  readonly accessToken: string | null
  /** Seconds; `null` if unspecified. */
  readonly expiresIn: number | null
}
