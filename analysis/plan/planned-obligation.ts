/** What a permit obliges to, which no condition says. */
export interface PlannedObligation {
  readonly rule: string
  readonly limit: boolean
  readonly headers: readonly string[]
}
