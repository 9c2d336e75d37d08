import type { CanonicalHeaders } from './canonical-request.ts'
import type { RefusalCode } from './refusals.ts'

/**
 * Returns the reason for which a body's framing is refused. Returns null if the body's length has one reading (RFC 9112 §6): one
 * Content-Length of digits, `chunked`, or no body. §6.3 allows proxies to repair some other cases, but request smuggling relies
 * on repairs. Other spellings of the two names (`Transfer_Encoding`) are refused too, as they count as two lines.
 */
export function refusedFraming(headers: CanonicalHeaders, httpVersion: string): RefusalCode | null {
  const lengths = headers.count('content-length')
  const codings = headers.count('transfer-encoding')
  if (lengths > 0 && codings > 0) return 'framing-ambiguous'
  if (lengths > 0 && !isLength(headers.get('content-length'))) return 'content-length'
  // Coding names are case-insensitive (§7). §6.1: a transfer coding in HTTP/1.0 is faulty framing.
  if (codings > 0 && (headers.get('transfer-encoding')?.toLowerCase() !== 'chunked' || httpVersion === '1.0'))
    return 'transfer-encoding'
  return null
}

/** 1*DIGIT, in a range that is exact for implementations that use doubles. */
function isLength(value: string | undefined): boolean {
  return value !== undefined && /^[0-9]{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
}

/**
 * Returns `header-repeated` if a single-line field repeats, else null. These fields are credentials and body metadata (no lists
 * by RFC 9110 §5.3), and those that a browser sends once (RFC 6265 §5.4, RFC 6454 §7.3). Some servers read the first line, others
 * the last.
 */
export function refusedRepetition(headers: CanonicalHeaders): RefusalCode | null {
  for (const name of once) if (headers.count(name) > 1) return 'header-repeated'
  return null
}

const once = ['authorization', 'content-type', 'cookie', 'origin', 'proxy-authorization']
