import type { EvalCaller } from '../../../runtime/abi/evaluation.ts'
import type { Dialect, PlanJson, SqlJson } from './plan-answer.ts'

/** The known part of a future request. Absent members are unknown to the planner; only the caller is always known. */
export interface PlanQuestion {
  /** Qualified name of the route: `service.route`. */
  readonly route: string
  /** The caller's identity and claims; `null` for an anonymous caller. */
  readonly caller: EvalCaller | null
  /** Time of the request (RFC 3339). */
  readonly time: string
  /** HTTP method in upper case, such as `GET`. */
  readonly method?: string
  /** Host name in any case, without a port. */
  readonly host?: string
  /** The client's IP address. */
  readonly sourceIp?: string
  /** Values of path parameters by name, spelled as in the path. */
  readonly params?: Readonly<Record<string, string>>
  /** Header values by name, in any case; `null` if the request lacks the header. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The whole query: the text after the `?`. */
  readonly query?: string
  /** Data of the policy by name, as JSON values. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** Computes plans of one policy, for any number of questions. */
export interface Planner {
  /**
   * Computes under which conditions on the unknown parts of a request the policy permits it.
   *
   * @param question the known part of the request
   * @returns the plan; `ok: false` with a message if the question is invalid, such as for an unknown route
   *
   * @example
   * ```ts
   * import { createPlanner } from 'iap-proxy/compiler'
   *
   * const text = `
   * label internal
   * identity staff via jwt { sub: string }
   * service orders at "orders.shop.example" { route read GET "/orders/{id: int}" is internal }
   * permit staff_reads on orders.read to staff
   * `
   * const planner = await createPlanner({ sources: [{ name: 'orders.iap', text }] })
   * const caller = { identity: 'staff', claims: { sub: 'ann' } }
   * const plan = planner.plan({ route: 'orders.read', caller, time: '2030-01-01T00:00:00Z' })
   * console.log(plan.ok && plan.permitted) // true
   * ```
   */
  plan(question: PlanQuestion): PlanResult
}

/** Result of `Planner.plan`: a plan, or the problem with the question. */
export type PlanResult =
  | (Omit<PlanJson, 'sql'> & {
      /** Whether the question could be answered. */
      readonly ok: true
      /**
       * Translates the plan into an SQL condition that selects the permitted rows.
       *
       * @param dialect the database's dialect of SQL
       * @param columns column names by expression of the policy, such as `{ 'params.id': 'id' }`;
       * `docs/guides/policies/plan.md` describes the shape
       * @returns the condition for `WHERE` with its parameters, or the rules that cannot be translated
       * @throws TypeError if `columns` has another shape
       *
       * @example
       * ```ts
       * import { createPlanner } from 'iap-proxy/compiler'
       *
       * const text = `
       * label internal
       * identity staff via jwt { sub: string }
       * service orders at "orders.shop.example" { route read GET "/orders/{owner: string}" is internal }
       * permit own_orders on orders.read to staff when params.owner == caller.sub
       * `
       * const planner = await createPlanner({ sources: [{ name: 'orders.iap', text }] })
       * const caller = { identity: 'staff', claims: { sub: 'ann' } }
       * const plan = planner.plan({ route: 'orders.read', caller, time: '2030-01-01T00:00:00Z' })
       * if (!plan.ok) throw new Error(plan.message)
       * const sql = plan.where('sqlite', { 'params.owner': 'owner' })
       * if ('refused' in sql) throw new Error(JSON.stringify(sql.refused))
       * console.log(sql.parameters) // [ 'ann' ]
       * ```
       */
      where(dialect: Dialect, columns: object): SqlJson
    })
  | {
      /** Whether the question could be answered. */
      readonly ok: false
      /** Description of the problem with the question, in one sentence. */
      readonly message: string
    }
