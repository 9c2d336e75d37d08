import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/** RFC 9110 §9.2.2. Unregistered methods are not known to be idempotent. */
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
 * Whether a request without a response byte may be retried. `reached`: sent on a connection; then only if that was closed, as
 * idle ones are. A silent service is busy or overloaded.
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
