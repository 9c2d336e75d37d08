import type { Canonical } from './canonical-request.ts'

/**
 * Reasons for refusing a malformed request: status and message. Messages are constant, so that no part of a request reaches a log
 * through them. Codes are stable; `spec/language/canonical-request.md` explains each.
 */
export const refusals = {
  'method-not-allowed': [405, 'the method is TRACE, TRACK or CONNECT, which the proxy never forwards'],
  'method-invalid': [400, 'the method contains a character other than A to Z and `-`'],
  'http-version': [505, 'the HTTP version is not 1.0, 1.1 or 2'],
  'target-too-long': [414, 'the request target is longer than 8192 bytes'],
  'target-form': [400, 'the request target does not begin with `/`'],
  'target-character': [400, 'the request target contains a character that RFC 3986 does not allow'],
  'target-non-ascii': [400, 'the request target contains a raw byte above 0x7e'],
  'control-byte': [400, 'the request target contains a control character, raw or percent-encoded'],
  'escape-invalid': [400, 'the request target contains a `%` without two hexadecimal digits after it'],
  'utf8-invalid': [400, 'the decoded path is not valid UTF-8'],
  'dot-segment': [400, 'the path contains a `.` or `..` segment, or one that a service may decode to it'],
  'empty-segment': [400, 'the path contains an empty segment before its last segment'],
  'encoded-slash': [400, 'the path contains a percent-encoded `/`'],
  backslash: [400, 'the path contains a `\\`, raw or percent-encoded'],
  semicolon: [400, 'the path contains a `;`, raw or percent-encoded'],
  fragment: [400, 'the request target contains a `#`'],
  'headers-too-large': [431, 'the header lines are longer than 16384 bytes'],
  'headers-too-many': [431, 'the request has more than 100 header lines'],
  'header-name': [400, 'a header name is not a token (RFC 9110, section 5.6.2)'],
  'header-value': [400, 'a header value contains a control byte or a byte above 0x7e'],
  'header-repeated': [400, 'a header that must occur at most once occurs more than once'],
  'host-missing': [400, 'the request has no Host header'],
  'host-repeated': [400, 'the request has more than one Host header'],
  'host-invalid': [400, 'the Host header is not a host name or an IP address with an optional port'],
  'host-mismatch': [400, 'the Host header and the URL or `:authority` name different hosts'],
  'content-length': [400, 'Content-Length is not exactly one non-negative integer'],
  'transfer-encoding': [400, 'Transfer-Encoding is not exactly `chunked`, or the request is HTTP/1.0'],
  'framing-ambiguous': [400, 'the request has both Content-Length and Transfer-Encoding'],
  'pseudo-header': [400, 'the pseudo-header fields are not those of a valid HTTP/2 request'],
  'connection-field': [400, 'an HTTP/2 request contains a connection-specific header'],
  'source-address': [400, 'the address of the peer is not an IP address'],
  'client-address': [400, 'the client address that a trusted proxy sent is not an IP address'],
  'client-scheme': [400, 'the client scheme that a trusted proxy sent is neither `http` nor `https`'],
  'url-invalid': [400, 'the URL does not begin with `http://` or `https://`'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type RefusalCode = keyof typeof refusals

/** Returns the result of `canonicalize` for a refused request: the code with its status and message. */
export function refuse(code: RefusalCode): Canonical {
  const [status, message] = refusals[code]
  return { ok: false, refusal: { status, code, message } }
}
