/** How the proxy tells services who calls. */
export interface AssertionConfig {
  /** `iss` of assertions. */
  readonly issuer: string
  /** Milliseconds from signing to `exp`; at most five minutes. */
  readonly lifetime: number
  /** The folder of the signing keys; null: in memory, so that each start makes new ones. */
  readonly state: string | null
  /** Milliseconds for which one key signs. */
  readonly rotation: number
}
