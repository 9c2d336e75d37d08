import type { RequestContext } from '../request-context.ts'
import { isGrpc } from './is-grpc.ts'

/**
 * The time limit of a response in milliseconds from now, and its origin: the service's timeout, the gRPC deadline of the call,
 * or the expiry of the credential.
 */
export interface CallLimit {
  readonly ms: number
  readonly by: 'service' | 'call' | 'credential'
}

/**
 * Returns the earliest time limit of a request, or `null` if it has none. A gRPC call may take hours, but must end when its
 * credential expires, like a WebSocket.
 *
 * @param whole total timeout of the service in milliseconds; `null` if there is none
 */
export function callLimit(context: RequestContext, whole: number | null): CallLimit | null {
  let limit: CallLimit | null = whole === null ? null : { ms: whole, by: 'service' }
  if (!isGrpc(context)) return limit
  const { authentication, proxy, request } = context
  const call = grpcTimeout(request?.headers.get('grpc-timeout'))
  if (call !== null && call < (limit?.ms ?? Number.POSITIVE_INFINITY)) limit = { ms: call, by: 'call' }
  if (authentication?.kind !== 'caller') return bounded(limit)
  const credential = authentication.expires * 1000 - proxy.clock()
  return bounded(credential < (limit?.ms ?? Number.POSITIVE_INFINITY) ? { ms: credential, by: 'credential' } : limit)
}

/** The longest delay of a timer. */
const LONGEST = 2 ** 31 - 1

function bounded(limit: CallLimit | null): CallLimit | null {
  return limit !== null && limit.ms > LONGEST ? { ...limit, ms: LONGEST } : limit
}

/**
 * Parses the header `grpc-timeout` (at most eight digits and a unit) into milliseconds. Returns `null` if it is absent or
 * invalid.
 */
export function grpcTimeout(value: string | undefined): number | null {
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(value ?? '') ?? []
  return digits === undefined ? null : Number(digits) * (units[unit as keyof typeof units] as number)
}

const units = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 } as const
