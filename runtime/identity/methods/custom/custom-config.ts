/** By what module callers of an identity are recognized. */
export interface CustomConfig {
  /** A file. */
  readonly module: string
  /** The only headers that it is shown, and asked for: in lower case, sorted. What they hold is not the service's. */
  readonly headers: readonly string[]
  /** Milliseconds in which it answers, and in which it is loaded. */
  readonly timeout: number
  /** Of the identity, in the configuration. */
  readonly path: readonly (string | number)[]
}
