import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/** An answer that is well-formed HTTP, and yet none that can be passed on. Thrown at undici, which hands it to `onError`. */
export class BadResponse extends Error {
  readonly code = 'BAD_RESPONSE'
}

/** The whole of an answer took longer than a service is given. */
export class WholeTimeout extends Error {
  readonly code = 'WHOLE_TIMEOUT'
}

/** Nothing has moved for longer than any timer allows, which must have waited for something that never came. */
export class NoProgress extends Error {
  readonly code = 'NO_PROGRESS'
}

/** A service that HTTP/2 is to be spoken to, and that does not speak it. */
export class NoHttp2 extends Error {
  readonly code = 'NO_HTTP2'
}

/** A service has ended one stream of a connection that goes on (RST_STREAM). */
export class StreamReset extends Error {
  readonly code: 'STREAM_REFUSED' | 'STREAM_RESET'

  /** `how`: before it had begun with it, or at any time. */
  constructor(message: string, how: 'REFUSED' | 'RESET') {
    super(message)
    this.code = `STREAM_${how}`
  }
}

/** The service has certainly not begun with the request: whatever its method, it may be sent again. */
export class NotBegun extends Error {
  readonly code: string
  /** It came there, and was refused. */
  readonly reached: boolean

  constructor(failure: Error, reached: boolean) {
    super(failure.message)
    this.code = (failure as NodeJS.ErrnoException).code ?? failure.name
    this.reached = reached
  }
}

/** There is no file descriptor left for a connection: that says nothing of the service. */
export function isOutOfDescriptors({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}

/** What went wrong on the way to a service, as the caller and the record are told. */
export function upstreamFailure(error: Error): { readonly code: ProxyErrorCode; readonly detail: string } {
  const { code = error.name, message } = error as NodeJS.ErrnoException
  return { code: isOutOfDescriptors(error) ? 'overloaded' : codeOf(code), detail: `${code}: ${message}` }
}

/**
 * Whether it counts against the address. Who resets a stream is there, and has looked at the request: as with a status of 500,
 * some request may be able to bring that about at will.
 */
export function blamesAddress(error: Error, code: ProxyErrorCode): boolean {
  return code !== 'internal' && code !== 'overloaded' && !(error instanceof StreamReset)
}

function codeOf(code: string): ProxyErrorCode {
  const known = codes[code]
  if (known !== undefined) return known
  // No ALPN protocol in common (RFC 7301 §3.2), as OpenSSL's versions have it.
  if (code.endsWith('_ALERT_NO_APPLICATION_PROTOCOL')) return 'upstream-protocol'
  // Node's complaints about headers that the service sent.
  if (code.startsWith('ERR_HTTP_') || code === 'ERR_INVALID_CHAR') return 'upstream-bad-response'
  // OpenSSL names some twenty reasons to distrust a certificate.
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || /CERT|SIGNATURE|CRL|ISSUER/.test(code)) return 'upstream-tls'
  // What the operating system and its resolver say: ECONNREFUSED, EHOSTUNREACH, ENOTFOUND …
  return /^E[A-Z]+(?:_[A-Z]+)*$/.test(code) && !code.startsWith('ERR_') ? 'upstream-unreachable' : 'internal'
}

const codes: Readonly<Record<string, ProxyErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'upstream-timeout',
  UND_ERR_BODY_TIMEOUT: 'upstream-timeout',
  ETIMEDOUT: 'upstream-timeout',
  WHOLE_TIMEOUT: 'upstream-timeout',
  NO_PROGRESS: 'upstream-timeout',
  UND_ERR_SOCKET: 'upstream-closed',
  ECONNRESET: 'upstream-closed',
  EPIPE: 'upstream-closed',
  // Of OpenSSL's reasons, those that do not look like ones; the last stands for all that Node has no name for.
  INVALID_CA: 'upstream-tls',
  INVALID_PURPOSE: 'upstream-tls',
  PATH_LENGTH_EXCEEDED: 'upstream-tls',
  HOSTNAME_MISMATCH: 'upstream-tls',
  UNSPECIFIED: 'upstream-tls',
  // The pools are closed when the proxy ends.
  UND_ERR_DESTROYED: 'upstream-closed',
  UND_ERR_CLOSED: 'upstream-closed',
  STREAM_REFUSED: 'upstream-closed',
  STREAM_RESET: 'upstream-closed',
  // The service has ended a connection of HTTP/2 with a code, and what it sent there is none.
  ERR_HTTP2_SESSION_ERROR: 'upstream-closed',
  ERR_HTTP2_STREAM_CANCEL: 'upstream-closed',
  ERR_HTTP2_ERROR: 'upstream-bad-response',
  ERR_HTTP2_TOO_MANY_INVALID_FRAMES: 'upstream-bad-response',
  NO_HTTP2: 'upstream-protocol',
  BAD_RESPONSE: 'upstream-bad-response',
  // undici gives the parser's errors no code.
  HTTPParserError: 'upstream-bad-response',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-bad-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-bad-response',
}
