/** What engines are asked, as files: by the language that their policies are written in. */
import type { PlainQuestion, PlainRule } from './plain-policy.ts'

export interface Uid {
  readonly type: string
  readonly id: string
}

/** As Cedar's JSON has it. */
export interface CedarEntity {
  readonly uid: Uid
  readonly attrs: Readonly<Record<string, unknown>>
  readonly parents: readonly Uid[]
}

export interface CedarQuestion {
  readonly principal: Uid
  readonly action: Uid
  readonly resource: Uid
  readonly context: Readonly<Record<string, unknown>>
  /** Those of all entities that matter here: as few as possible. */
  readonly slice: readonly CedarEntity[]
}

export interface CedarJob {
  readonly policies: string
  /** Null where there are none but those of slices. */
  readonly entities: readonly CedarEntity[] | null
  readonly questions: readonly CedarQuestion[]
}

export interface RegoJob {
  /** `data.bench.allow` is the answer. */
  readonly module: string
  readonly data: object
  readonly questions: readonly object[]
}

export interface PlainJob {
  readonly rules: readonly PlainRule[]
  readonly questions: readonly PlainQuestion[]
}

/** The same policy and requests in all languages. */
export interface Jobs {
  readonly cedar: CedarJob
  readonly rego: RegoJob
  /** The same for engines that are slow with many rules of their own, and fast with data; null where that is `rego`. */
  readonly regoData: RegoJob | null
  /** Null for policies that ask for graphs, which the other peers have no words for. */
  readonly plain: PlainJob | null
}

/** What a peer prints. */
export interface Outcome {
  /** `1` for each that is permitted, else `0`; of as many questions as were answered in the time there was. */
  readonly answers: string
  /** A decision: the median of all batches. */
  readonly nanoseconds: number
  readonly batches: number
  readonly version: string
}
