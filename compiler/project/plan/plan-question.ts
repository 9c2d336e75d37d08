import type { EvalCaller } from '../../../runtime/abi/evaluation.ts'
import type { Dialect, PlanJson, SqlJson } from './plan-answer.ts'

/** The known part of a future request. What is absent is unknown, except for the caller. */
export interface PlanQuestion {
  /** `service.route` */
  readonly route: string
  /** Null: anonymous. */
  readonly caller: EvalCaller | null
  /** RFC 3339. */
  readonly time: string
  readonly method?: string
  readonly host?: string
  readonly sourceIp?: string
  /** As in the path. */
  readonly params?: Readonly<Record<string, string>>
  /** Names in any case; `null`: the request lacks the header. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The whole text after the `?`. */
  readonly query?: string
  /** By name, as JSON. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Makes plans of one policy, for repeated questions. */
export interface Planner {
  /** Returns mistakes in the question in the result. */
  plan(question: PlanQuestion): PlanResult
}

export type PlanResult =
  | (Omit<PlanJson, 'sql'> & {
      readonly ok: true
      /** Returns the permitted rows as a condition for WHERE; `columns` maps expressions to columns, as in `docs/plan.md`. */
      where(dialect: Dialect, columns: object): SqlJson
    })
  | { readonly ok: false; readonly message: string }
