/** Who asks for a change, and from where. */
export interface Operator {
  readonly by: string
  readonly source: string | null
}
