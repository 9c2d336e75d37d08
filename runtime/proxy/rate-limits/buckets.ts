/** What a request takes a token of: the bucket of a rule, for one value of its `by`. */
export interface Wanted {
  /** Digests: of the bucket under the rule's name, and under each that it had. What is missing under one is missing under all. */
  readonly ids: readonly string[]
  /** By which buckets are told apart where there are too many. */
  readonly rule: string
  /** Tokens that it holds, and that run into it within `per`. */
  readonly count: number
  /** Milliseconds. */
  readonly per: number
}

/** What became of it. */
export interface Room {
  readonly taken: boolean
  /** Whole tokens that are left. */
  readonly left: number
  /** Milliseconds until there is one more. */
  readonly wait: number
}

/** Where tokens are counted, for all of a proxy, or of several. */
export interface Buckets {
  /** A token of each of these that has one, in their order. Rejects where they cannot be counted. */
  take(wanted: readonly Wanted[]): readonly Room[] | Promise<readonly Room[]>
}
