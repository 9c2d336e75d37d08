import type { CanonicalRequest } from '../../request/index.ts'

/** A request of the traffic, and who makes it. */
export interface AskedRequest {
  /** Index of the caller. */
  readonly caller: number
  readonly request: CanonicalRequest
}
