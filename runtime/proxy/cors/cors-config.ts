/** What pages of other origins may do with a service (WHATWG Fetch §3.2). */
export interface CorsConfig {
  /** As browsers write them; `*`: any, which goes with no credentials. */
  readonly origins: readonly string[] | '*'
  /** Null: those that the policy has routes for. */
  readonly methods: readonly string[] | null
  /** Names of request headers, in lower case. */
  readonly headers: readonly string[]
  /** Names of answer headers that scripts may read. */
  readonly expose: readonly string[]
  /** Whether cookies and the like may be sent. */
  readonly credentials: boolean
  /** For which browsers keep the answer to a preflight: milliseconds. */
  readonly maxAge: number
}
