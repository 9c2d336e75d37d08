import type { RequestContext } from '../request-context.ts'
import { isGrpc } from './is-grpc.ts'

/** When a response must end, in milliseconds from now, by the service's timeout, the call's deadline, or the credential. */
export interface CallLimit {
  readonly ms: number
  readonly by: 'service' | 'call' | 'credential'
}

/**
 * Returns the earliest limit, or `null`. gRPC calls may take hours, but not outlive their credential, like WebSockets.
 *
 * @param whole the service's total timeout
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

/** Parses `grpc-timeout` (up to eight digits and a unit) into milliseconds; `null` if it is absent or invalid. */
export function grpcTimeout(value: string | undefined): number | null {
  const [, digits, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(value ?? '') ?? []
  return digits === undefined ? null : Number(digits) * (units[unit as keyof typeof units] as number)
}

const units = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 } as const
