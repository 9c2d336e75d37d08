import type { RouteEntry } from '../../policy/index.ts'
import { callerValues, claimsFrom } from './caller-facts.ts'
import type { Recorded } from './recorded.ts'
import type { ReplayPlan } from './replay-plan.ts'
import { isComplete } from './typed-value.ts'

/** The values that a policy reads and a record holds. */
export interface RecordedValues {
  /** Values as JSON by path: caller, query, body, headers, certificate and authentication. */
  readonly values: ReadonlyMap<string, unknown>
  /** Claims of the caller, or `null` for an anonymous one. Claims that no condition reads have made-up values. */
  readonly claims: object | null
  readonly hasBody: boolean
  /** Paths of missing values, and missing data as `data NAME`, sorted. Bodies that were not read are not included. */
  readonly lacking: readonly string[]
}

export function knownIn(
  recorded: Recorded,
  plan: ReplayPlan,
  route: RouteEntry,
  lackingData: ReadonlySet<string>,
): RecordedValues {
  const values = new Map(callerValues(plan, recorded))
  const lacking = new Set<string>()
  const body = recorded.hasBody ? plan.body : []
  for (const value of [...plan.query, ...body, ...plan.headers.values(), ...(plan.mtls ? [plan.mtls] : [])])
    values.set(value.path, recorded.json(value))
  for (const { path, type } of [
    ...plan.claims,
    ...plan.auth,
    ...plan.query,
    ...body,
    ...plan.headers.values(),
    ...(plan.mtls ? [plan.mtls] : []),
  ])
    if (values.get(path) === undefined || !isComplete(values.get(path), type)) lacking.add(path)
  for (const name of route.data) if (lackingData.has(name)) lacking.add(`data ${name}`)
  if (typeof recorded.record.source !== 'string') lacking.add('source')
  const claims = plan.identity === null ? null : claimsFrom(plan.identity, values)
  return { values, claims, hasBody: recorded.hasBody, lacking: [...lacking].sort() }
}
