import type { CanonicalHeaders } from '../canonical-request.ts'

/**
 * Whether the head of a request promises one JSON text in UTF-8: `application/json` or `application/…+json` (RFC 6839), in no
 * other character encoding (RFC 8259, section 8.1) and without a content coding. Parsers of services decode by what `charset` and
 * `Content-Encoding` say: what was checked as UTF-8 would be another text to them.
 */
export function promisesJson(headers: CanonicalHeaders): boolean {
  const type = headers.get('content-type')
  if (type === undefined || headers.count('content-encoding') > 1) return false
  if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') return false
  const [essence = '', ...parameters] = type.toLowerCase().split(';')
  // Cut also inside of a quoted text: what anybody could take for a charset counts as one.
  return (
    json.test(essence.trim()) && parameters.every((parameter) => !parameter.includes('charset') || utf8.test(parameter.trim()))
  )
}

const json = /^application\/(?:json|[a-z0-9!#$&^_.-]+\+json)$/
const utf8 = /^charset=(?:utf-8|"utf-8")$/
