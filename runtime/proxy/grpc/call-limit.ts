import type { RequestContext } from '../request-context.ts'
import { isGrpc } from './is-grpc.ts'

/**
 * When an answer must have ended, in milliseconds from now: by the configuration of its service, the client of a call, or the
 * credential that the call was permitted by.
 */
export interface CallLimit {
  readonly ms: number
  readonly by: 'service' | 'call' | 'credential'
}

/**
 * The first of these limits; null: there is none. A call of gRPC may go on for hours: it does not outlive its credential, as a
 * WebSocket does not.
 *
 * @param whole of the service
 */
export function callLimit(exchange: RequestContext, whole: number | null): CallLimit | null {
  let limit: CallLimit | null = whole === null ? null : { ms: whole, by: 'service' }
  if (!isGrpc(exchange)) return limit
  const { authentication, proxy, request } = exchange
  const call = grpcTimeout(request?.headers.get('grpc-timeout'))
  if (call !== null && call < (limit?.ms ?? Number.POSITIVE_INFINITY)) limit = { ms: call, by: 'call' }
  if (authentication?.kind !== 'caller') return bounded(limit)
  const credential = authentication.expires * 1000 - proxy.clock()
  return bounded(credential < (limit?.ms ?? Number.POSITIVE_INFINITY) ? { ms: credential, by: 'credential' } : limit)
}

/** A timer cannot wait longer. */
const LONGEST = 2 ** 31 - 1

function bounded(limit: CallLimit | null): CallLimit | null {
  return limit !== null && limit.ms > LONGEST ? { ...limit, ms: LONGEST } : limit
}

/**
 * Milliseconds in which a call must be over (`grpc-timeout`, gRPC over HTTP/2: up to eight digits and a unit); null where none is
 * given, or none that can be read.
 */
export function grpcTimeout(value: string | undefined): number | null {
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(value ?? '') ?? []
  return digits === undefined ? null : Number(digits) * (units[unit as keyof typeof units] as number)
}

const units = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 } as const
