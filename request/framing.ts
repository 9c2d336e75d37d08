import type { CanonicalHeaders } from './canonical-request.ts'
import type { RefusalCode } from './refusals.ts'

/**
 * Null where the body's length has one reading (RFC 9112 §6): by one Content-Length of digits, by `chunked`, or no body.
 * §6.3 lets a proxy repair some of the rest; repairing is what request smuggling lives on. Other spellings of the two
 * names (`Transfer_Encoding`) are refused as well: they count as two lines.
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

/** 1*DIGIT, in a range that is exact in every implementation that counts in doubles. */
function isLength(value: string | undefined): boolean {
  return value !== undefined && /^[0-9]{1,16}$/.test(value) && Number.isSafeInteger(Number(value))
}

/**
 * Fields that may come in one line only: credentials and what the body is (RFC 9110 §5.3: they are no lists), and what a
 * browser sends once (RFC 6265 §5.4, RFC 6454 §7.3). Of two lines one server reads the first and the next one the last.
 */
export function refusedRepetition(headers: CanonicalHeaders): RefusalCode | null {
  for (const name of once) if (headers.count(name) > 1) return 'header-repeated'
  return null
}

const once = ['authorization', 'content-type', 'cookie', 'origin', 'proxy-authorization']
