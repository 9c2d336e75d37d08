import type { CanonicalHeaders } from '../canonical-request.ts'

/**
 * Returns whether a request's head declares JSON in UTF-8: `application/json` or `application/…+json` (RFC 6839), no other
 * charset (RFC 8259, section 8.1), and no content coding. Services decode by `charset` and `Content-Encoding`, so another value
 * would make them read another text than was checked.
 */
export function promisesJson(headers: CanonicalHeaders): boolean {
  const type = headers.get('content-type')
  if (type === undefined || headers.count('content-encoding') > 1) return false
  if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') return false
  const [essence = '', ...parameters] = type.toLowerCase().split(';')
  // Splits inside quotes too: anything that someone could read as a charset counts.
  return (
    json.test(essence.trim()) && parameters.every((parameter) => !parameter.includes('charset') || utf8.test(parameter.trim()))
  )
}

const json = /^application\/(?:json|[a-z0-9!#$&^_.-]+\+json)$/
const utf8 = /^charset=(?:utf-8|"utf-8")$/
