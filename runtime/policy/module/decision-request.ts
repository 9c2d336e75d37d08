import type { Certificate, DataSnapshot, DecisionRequest, HeaderLookup } from '../../abi/index.ts'

/** Of a `CanonicalRequest`. */
interface Read {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly segments: readonly string[]
  readonly headers: HeaderLookup
  readonly sourceIp: string
}

export interface Circumstances {
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly mtls: Certificate | null
  readonly data: DataSnapshot
}

/** Made in one place, so that all have one shape and the emitted code reads each member at the same offset. */
export function decisionRequest(
  read: Read,
  { time, mtls, data }: Circumstances,
  query: object | null,
  body: unknown,
): DecisionRequest {
  const { method, host, path, segments, headers, sourceIp } = read
  return { method, host, path, segments, headers, sourceIp, time, query, body, mtls, data }
}
