/** The operator who requests a change, and the client address. */
export interface Operator {
  readonly by: string
  readonly source: string | null
}
