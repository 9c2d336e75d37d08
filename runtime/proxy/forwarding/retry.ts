import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/** RFC 9110 §9.2.2: carried out twice, it does what it does once. Of methods that are not registered, nobody knows. */
export function isIdempotent(method: string): boolean {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'OPTIONS':
    case 'PUT':
    case 'DELETE':
      return true
    default:
      return false
  }
}

/**
 * Whether a request that failed without a byte of an answer is worth sending again. `reached`: it went out on a connection. Then
 * only if that was closed, as services do with idle ones and when they stop. One that kept the connection and did not answer is
 * at work on it, or has too much of it: more of the same would not help.
 */
export function deservesRetry(code: ProxyErrorCode, reached: boolean): boolean {
  switch (code) {
    case 'upstream-closed':
      return true
    case 'upstream-unreachable':
    case 'upstream-tls':
    case 'upstream-protocol':
    case 'upstream-timeout':
      return !reached
    default:
      return false
  }
}
