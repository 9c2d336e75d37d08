import type { Canonical } from './canonical-request.ts'

/**
 * Reasons for refusing a malformed request: status and message. Messages are constant, so that no part of a request reaches a log
 * through them. Codes are stable; `spec/language/canonical-request.md` explains each.
 */
export const refusals = {
  'method-not-allowed': [405, 'the method is TRACE, TRACK or CONNECT, which the proxy never forwards'],
  'method-invalid': [400, 'the method contains a character other than A to Z and `-`: send it in upper case, such as `GET`'],
  'http-version': [505, 'the HTTP version is not 1.0, 1.1 or 2: use one of these'],
  'target-too-long': [414, 'the request target is longer than 8192 bytes: shorten it, or send the data in the body'],
  'target-form': [400, 'the request target does not begin with `/`: send a path, not a whole URL'],
  'target-character': [400, 'the request target contains a character that RFC 3986 does not allow: percent-encode it'],
  'target-non-ascii': [400, 'the request target contains a raw byte above 0x7e: percent-encode it'],
  'control-byte': [400, 'the request target contains a control character, raw or percent-encoded: remove it'],
  'escape-invalid': [
    400,
    'the request target contains a `%` without two hexadecimal digits after it: write a literal `%` as `%25`',
  ],
  'utf8-invalid': [400, 'the decoded path is not valid UTF-8: encode the path as UTF-8 before you percent-encode it'],
  'dot-segment': [
    400,
    'the path contains a `.` or `..` segment, or one that a service may decode to it: send the path without it',
  ],
  'empty-segment': [400, 'the path contains an empty segment before its last segment: write `/` instead of `//`'],
  'encoded-slash': [400, 'the path contains a percent-encoded `/`: send such a value in the query or the body'],
  backslash: [
    400,
    'the path contains a `\\`, raw or percent-encoded: write `/` between segments, and send other values in the query',
  ],
  semicolon: [400, 'the path contains a `;`, raw or percent-encoded: send such parameters in the query'],
  fragment: [400, 'the request target contains a `#`: remove the fragment, or write a literal `#` as `%23`'],
  'headers-too-large': [431, 'the header lines are longer than 16384 bytes: send fewer or shorter headers, such as cookies'],
  'headers-too-many': [431, 'the request has more than 100 header lines: send fewer'],
  'header-name': [400, 'a header name is not a token (RFC 9110, section 5.6.2): use letters, digits and `-`'],
  'header-value': [
    400,
    'a header value contains a control byte other than a tab, or a byte above 0x7e: send printable ASCII, and encode other text',
  ],
  'header-repeated': [
    400,
    'one of `Authorization`, `Proxy-Authorization`, `Cookie`, `Content-Type` and `Origin` occurs more than once: send it once',
  ],
  'host-missing': [400, 'the request has no Host header: send exactly one'],
  'host-repeated': [400, 'the request has more than one Host header: send exactly one'],
  'host-invalid': [
    400,
    'the Host header is not a host name or an IP address with an optional port: send one such as `orders.example:8443`',
  ],
  'host-mismatch': [400, 'the Host header and the URL or `:authority` name different hosts: send the same host in both'],
  'content-length': [400, 'Content-Length is not exactly one non-negative integer'],
  'transfer-encoding': [
    400,
    'Transfer-Encoding is not exactly `chunked`, or the request is HTTP/1.0: send `chunked` with HTTP/1.1, or a Content-Length',
  ],
  'framing-ambiguous': [400, 'the request has both Content-Length and Transfer-Encoding: send only one of them'],
  'pseudo-header': [
    400,
    'the pseudo-header fields are not those of a valid HTTP/2 request: ' +
      'send `:method`, `:scheme`, `:authority` and `:path` once each, before other fields',
  ],
  'connection-field': [
    400,
    'an HTTP/2 request contains a connection-specific header: ' +
      'remove headers such as `connection` and `transfer-encoding` (RFC 9113, section 8.2.2)',
  ],
  'source-address': [400, 'the address of the peer is not an IP address: expected one such as `192.0.2.7` or `2001:db8::7`'],
  'client-address': [
    400,
    'the client address that a trusted proxy sent is not an IP address: correct the configuration of that proxy',
  ],
  'client-scheme': [
    400,
    'the client scheme that a trusted proxy sent is not `http`, `https`, `ws` or `wss`: correct the configuration of that proxy',
  ],
  'url-invalid': [400, 'the URL does not begin with `http://` or `https://`'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type RefusalCode = keyof typeof refusals

/** Returns the result of `canonicalize` for a refused request: the code with its status and message. */
export function refuse(code: RefusalCode): Canonical {
  const [status, message] = refusals[code]
  return { ok: false, refusal: { status, code, message } }
}
