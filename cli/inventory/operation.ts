import type { RouteBody, Segment } from '../../language/index.ts'
import type { Hints } from './suggest-labels.ts'

/** Whose an operation is. */
export interface Owner {
  /** A service of the policy, or what one would be called. */
  readonly service: string
  readonly isKnown: boolean
  /** Where it is, as far as somebody has said so. */
  readonly hosts: readonly string[]
}

/** What somebody has that the policy has not. */
export interface UnknownOperation {
  readonly owner: Owner
  readonly methods: readonly string[]
  /** Null: a log tells its name and no path of it. */
  template: string | null
  segments: readonly Segment[] | null
  /** As a document calls it, or an earlier policy did: without the service. */
  name: string | null
  summary: string | null
  /** Of a document; null: it says none, or none that the language can promise. */
  body: RouteBody | null
  hints: Omit<Hints, 'template'>
  requests: number
  /** Requests of callers, by the names of their identities, and `anonymous`. */
  readonly callers: Map<string, number>
  /** Files. */
  readonly sources: Set<string>
}

export function countCallers(counts: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) counts.set(name, (counts.get(name) ?? 0) + times)
}
