import type { RouteBody, Segment } from '../../language/index.ts'
import type { Hints } from './suggest-labels.ts'

/** The service of an operation. */
export interface Owner {
  /** A service of the policy, or a proposed name. */
  readonly service: string
  readonly isKnown: boolean
  /** Its known hosts. */
  readonly hosts: readonly string[]
}

/** An operation that the policy lacks. */
export interface UnknownOperation {
  readonly owner: Owner
  readonly methods: readonly string[]
  /** Null: a log has its name but no path. */
  template: string | null
  segments: readonly Segment[] | null
  /** Its name in a document or an earlier policy, without the service. */
  name: string | null
  summary: string | null
  /** From a document; null: it has none that the language can express. */
  body: RouteBody | null
  hints: Omit<Hints, 'template'>
  requests: number
  /** The number of requests by identity name, and `anonymous`. */
  readonly callers: Map<string, number>
  readonly sources: Set<string>
}

export function countCallers(counts: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) counts.set(name, (counts.get(name) ?? 0) + times)
}
