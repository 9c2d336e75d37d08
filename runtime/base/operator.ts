/** The operator who requests a change, by name, and the IP address of the operator's client, or `null` if it is unknown. */
export interface Operator {
  readonly by: string
  readonly source: string | null
}
