import type { Canonical } from './canonical-request.ts'

/**
 * All reasons for refusing a request: status, and a sentence for the log. Sentences are constant, so no part of a request reaches
 * a log through them. Codes are stable; `spec/language/canonical-request.md` explains each.
 */
export const refusals = {
  'method-not-allowed': [405, 'the method is TRACE, TRACK or CONNECT'],
  'method-invalid': [400, 'the method is not made of the letters A to Z and `-`'],
  'http-version': [505, 'the request is neither HTTP/2, HTTP/1.1 nor HTTP/1.0'],
  'target-too-long': [414, 'the request target is longer than 8192 bytes'],
  'target-form': [400, 'the request target does not begin with `/`'],
  'target-character': [400, 'the request target holds a character that RFC 3986 does not allow there'],
  'target-non-ascii': [400, 'the request target holds a raw byte above 0x7e'],
  'control-byte': [400, 'the request target holds a control character, raw or escaped'],
  'escape-invalid': [400, 'the request target holds a `%` that two hexadecimal digits do not follow'],
  'utf8-invalid': [400, 'the decoded path is not UTF-8'],
  'dot-segment': [400, 'the path holds a `.` or `..` segment'],
  'empty-segment': [400, 'the path holds an empty segment that is not the last one'],
  'encoded-slash': [400, 'the path holds an escaped `/`'],
  backslash: [400, 'the path holds a `\\`, raw or escaped'],
  semicolon: [400, 'the path holds a `;`, raw or escaped'],
  fragment: [400, 'the request target holds a `#`'],
  'headers-too-large': [431, 'the header lines are longer than 16384 bytes'],
  'headers-too-many': [431, 'there are more than 100 header lines'],
  'header-name': [400, 'a header name is not a token'],
  'header-value': [400, 'a header value holds a control byte or a byte above 0x7e'],
  'header-repeated': [400, 'a header that may come once came in several lines'],
  'host-missing': [400, 'there is no Host header'],
  'host-repeated': [400, 'there are several Host headers'],
  'host-invalid': [400, 'the Host header is not a host name or an address with an optional port'],
  'host-mismatch': [400, 'the Host header names another host than the URL or `:authority`'],
  'content-length': [400, 'Content-Length is not one whole number'],
  'transfer-encoding': [400, 'Transfer-Encoding is not `chunked`, or came with HTTP/1.0'],
  'framing-ambiguous': [400, 'Content-Length and Transfer-Encoding came together'],
  'pseudo-header': [400, 'the pseudo-header fields are not those of a request'],
  'connection-field': [400, 'a header of the connection came with HTTP/2'],
  'source-address': [400, 'the address of the peer is not an IP address'],
  'client-address': [400, 'a trusted proxy says of its client what is no IP address'],
  'client-scheme': [400, 'a trusted proxy says of its client what is neither `http` nor `https`'],
  'url-invalid': [400, 'the URL does not begin with `http://` or `https://`'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type RefusalCode = keyof typeof refusals

/** Returns the refusal with a code, as the result of a canonicalization. */
export function refuse(code: RefusalCode): Canonical {
  const [status, message] = refusals[code]
  return { ok: false, refusal: { status, code, message } }
}
