import type { RouteBody, Segment } from '../../language/index.ts'
import type { Hints } from './suggest-labels.ts'

/** The service to which an operation belongs. */
export interface Owner {
  /** Name of a service in the policy, or a proposed name if `isKnown` is false. */
  readonly service: string
  readonly isKnown: boolean
  /** Hosts of the operation that other sources mention. Empty for a service of the policy. */
  readonly hosts: readonly string[]
}

/** An operation that API documents or logs mention and the policy lacks. */
export interface UnknownOperation {
  readonly owner: Owner
  readonly methods: readonly string[]
  /** Path template of the operation; null if only a log mentions the operation, by its name. */
  template: string | null
  segments: readonly Segment[] | null
  /** Name of the operation in a document or an earlier policy, without the service; null if unknown. */
  name: string | null
  summary: string | null
  /** Body type from the API document; null if there is none, or the policy language cannot express it. */
  body: RouteBody | null
  hints: Omit<Hints, 'template'>
  requests: number
  /** The number of requests by the name of the caller's identity, or `anonymous`. */
  readonly callers: Map<string, number>
  readonly sources: Set<string>
}

export function countCallers(counts: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) counts.set(name, (counts.get(name) ?? 0) + times)
}
