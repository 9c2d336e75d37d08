import type { EvalCaller } from '../../../runtime/abi/evaluation.ts'
import type { Dialect, PlanJson, SqlJson } from './plan-answer.ts'

/** What is known of a request that nobody has made yet. What is left out is not known; but the caller always is. */
export interface PlanQuestion {
  /** `service.route` */
  readonly route: string
  /** Null: nobody is known. */
  readonly caller: EvalCaller | null
  /** RFC 3339. */
  readonly time: string
  readonly method?: string
  readonly host?: string
  readonly sourceIp?: string
  /** As they stand in the path. */
  readonly params?: Readonly<Record<string, string>>
  /** In whatever case; `null`: the request has no such header. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** All of it, as it stands behind the `?`. */
  readonly query?: string
  /** As JSON, by name. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Makes plans of one policy, for a program that asks again and again. */
export interface Planner {
  /** What is wrong with the question is in the result. */
  plan(question: PlanQuestion): PlanResult
}

export type PlanResult =
  | (Omit<PlanJson, 'sql'> & {
      readonly ok: true
      /**
       * The rows that are permitted, as a condition for WHERE; `columns`: from expressions to columns, as `docs/plan.md` has
       * them.
       */
      where(dialect: Dialect, columns: object): SqlJson
    })
  | { readonly ok: false; readonly message: string }
