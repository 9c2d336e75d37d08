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
