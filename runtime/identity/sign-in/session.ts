/** What the store keeps of somebody who has signed in, sealed. */
export interface Session {
  readonly identity: string
  /** Of which configuration: another one does not take it over. */
  readonly issuer: string
  readonly clientId: string
  readonly host: string
  readonly subject: string
  /** Of the provider's own session (OpenID Connect Back-Channel Logout 1.0, section 2.1; `SessionIndex` of SAML). */
  readonly sid: string | null
  /** Claims of the sign-in itself, and what the provider says of the person besides. */
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  /** What the provider wants to see when somebody signs out. */
  readonly signOut: string
  readonly refreshToken: string | null
  /** What is exchanged for tokens for services; null: none is. */
  readonly accessToken: string | null
  /** Milliseconds since 1970. */
  readonly started: number
  readonly ends: number
  /** From when it is to be refreshed; null: never. */
  readonly refreshAt: number | null
  /** What the provider granted ends here, though it may count for longer while the provider does not answer. */
  readonly granted: number | null
}

/** How somebody is to sign in again. */
export interface StepUp {
  /** Seconds that may have passed since; null: any. */
  readonly maxAge: number | null
  /** What the provider is asked for, of which one would be enough. */
  readonly ask: readonly string[]
  /** Of each of these one must be the `acr` that it then says. */
  readonly acr: readonly (readonly string[])[]
  /** Whether it must then say that it took several factors. */
  readonly mfa: boolean
}

/**
 * How the provider is to treat somebody who is signed in there already. `login`: let the person show again who it is. `account`:
 * let the person choose another account.
 */
export type Prompt = 'login' | 'account'

/** A login that has begun. */
export interface PendingLogin {
  readonly identity: string
  readonly origin: string
  readonly host: string
  /** A path of that origin, with its query. */
  readonly returnTo: string
  readonly nonce: string
  readonly verifier: string
  /** Null: no requirement that was not met has led to it. */
  readonly stepUp: StepUp | null
  /** Null: the provider decides whether it asks anything. */
  readonly prompt: Prompt | null
  /** Milliseconds since 1970. */
  readonly until: number
}

/** What a provider has answered by a form, which brings no cookie: it waits for the browser to come with it. */
export interface ReceivedLogin {
  readonly identity: string
  /** Of the login that it answers. */
  readonly state: string
  readonly grant: Grant
  /** Of the configuration by which it was checked. */
  readonly issuer: string
  readonly clientId: string
}

/** What a provider has granted. */
export interface Grant {
  readonly subject: string
  /** Claims that it has signed, and those that it was asked for besides. */
  readonly signed: Readonly<Record<string, unknown>>
  readonly told: Readonly<Record<string, unknown>>
  /** Of its own session; null: it does not say. */
  readonly sid: string | null
  /** Milliseconds since 1970 beyond which no session may last; null: it does not say. */
  readonly ends: number | null
  /** What it wants to see when somebody signs out; null: nothing new. */
  readonly signOut: string | null
  readonly refreshToken: string | null
  /** Null: nobody wants it. */
  readonly accessToken: string | null
  /** Seconds; null: it does not say. */
  readonly expiresIn: number | null
}
