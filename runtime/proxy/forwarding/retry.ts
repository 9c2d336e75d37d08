import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/** Returns whether a method is idempotent (RFC 9110 §9.2.2). Unregistered methods are treated as not idempotent. */
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
 * Returns whether a failed request may be retried if no byte of a response has arrived. A request that was sent is only retried
 * if its connection was closed, as happens with idle connections; a silent service is busy or overloaded.
 *
 * @param reached whether the request was sent on a connection
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
