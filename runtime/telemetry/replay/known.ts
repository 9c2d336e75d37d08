import type { RouteEntry } from '../../policy/index.ts'
import { callerValues, claimsFrom } from './caller-facts.ts'
import type { Recorded } from './recorded.ts'
import type { ReplayPlan } from './replay-plan.ts'
import { isComplete } from './typed-value.ts'

/** What a record holds of what a policy reads. */
export interface RecordedValues {
  /** JSON by path. Of the caller, its query, body, headers and certificate, and how it authenticated. */
  readonly values: ReadonlyMap<string, unknown>
  /** As its credential may have said them, made up where nobody reads them; null: nobody called. */
  readonly claims: object | null
  /** Whether its body was read. */
  readonly hasBody: boolean
  /** Paths, and `data NAME`, sorted. Of a body that was not read nothing is: it was not asked for. */
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
