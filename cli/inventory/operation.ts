import type { RouteBody, Segment } from '../../language/index.ts'
import type { Hints } from './suggest-labels.ts'

/** The service of an operation. */
export interface Owner {
  /** A service of the policy, or a proposed name. */
  readonly service: string
  readonly isKnown: boolean
  /** Known hosts of the operation. */
  readonly hosts: readonly string[]
}

/** An operation that the policy lacks. */
export interface UnknownOperation {
  readonly owner: Owner
  readonly methods: readonly string[]
  /** Path template; null if only a log knows the operation, by its name. */
  template: string | null
  segments: readonly Segment[] | null
  /** Name of the operation in a document or an earlier policy, without the service; null if unknown. */
  name: string | null
  summary: string | null
  /** Body from a document; null if there is none, or the language cannot express it. */
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
