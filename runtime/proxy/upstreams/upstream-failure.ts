import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/** Well-formed HTTP that cannot be forwarded. Thrown in undici's callbacks, which pass it to `onError`. */
export class BadResponse extends Error {
  readonly code = 'BAD_RESPONSE'
}

/** The total timeout of a service. */
export class WholeTimeout extends Error {
  readonly code = 'WHOLE_TIMEOUT'
}

/** No progress for longer than any timer allows: an awaited event never came. */
export class NoProgress extends Error {
  readonly code = 'NO_PROGRESS'
}

export class NoHttp2 extends Error {
  readonly code = 'NO_HTTP2'
}

/** The service has reset one stream of a connection (RST_STREAM). */
export class StreamReset extends Error {
  readonly code: 'STREAM_REFUSED' | 'STREAM_RESET'

  /** `REFUSED`: before processing it; `RESET`: at any time. */
  constructor(message: string, how: 'REFUSED' | 'RESET') {
    super(message)
    this.code = `STREAM_${how}`
  }
}

/** The service has certainly not processed the request, so it may be retried, whatever its method. */
export class NotBegun extends Error {
  readonly code: string
  /** Whether it arrived and was refused. */
  readonly reached: boolean

  constructor(failure: Error, reached: boolean) {
    super(failure.message)
    this.code = (failure as NodeJS.ErrnoException).code ?? failure.name
    this.reached = reached
  }
}

/** Whether file descriptors have run out, which says nothing about the service. */
export function isOutOfDescriptors({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}

/** Returns the error of a failed request to a service, for the caller and the record. */
export function upstreamFailure(error: Error): { readonly code: ProxyErrorCode; readonly detail: string } {
  const { code = error.name, message } = error as NodeJS.ErrnoException
  return { code: isOutOfDescriptors(error) ? 'overloaded' : codeOf(code), detail: `${code}: ${message}` }
}

/** Whether an error blames the address. A stream reset, like a 500, does not: clients might provoke it at will. */
export function blamesAddress(error: Error, code: ProxyErrorCode): boolean {
  return code !== 'internal' && code !== 'overloaded' && !(error instanceof StreamReset)
}

function codeOf(code: string): ProxyErrorCode {
  const known = codes[code]
  if (known !== undefined) return known
  // OpenSSL's variants of no common ALPN protocol (RFC 7301 §3.2).
  if (code.endsWith('_ALERT_NO_APPLICATION_PROTOCOL')) return 'upstream-protocol'
  // Node's errors about the service's headers.
  if (code.startsWith('ERR_HTTP_') || code === 'ERR_INVALID_CHAR') return 'upstream-bad-response'
  // OpenSSL has some twenty certificate errors.
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || /CERT|SIGNATURE|CRL|ISSUER/.test(code)) return 'upstream-tls'
  // Errors of the operating system and resolver: ECONNREFUSED, EHOSTUNREACH, ENOTFOUND …
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
  // OpenSSL's certificate errors that the patterns miss; the last covers those without a name in Node.
  INVALID_CA: 'upstream-tls',
  INVALID_PURPOSE: 'upstream-tls',
  PATH_LENGTH_EXCEEDED: 'upstream-tls',
  HOSTNAME_MISMATCH: 'upstream-tls',
  UNSPECIFIED: 'upstream-tls',
  // Pools are closed when the proxy ends.
  UND_ERR_DESTROYED: 'upstream-closed',
  UND_ERR_CLOSED: 'upstream-closed',
  STREAM_REFUSED: 'upstream-closed',
  STREAM_RESET: 'upstream-closed',
  // The service has ended an HTTP/2 connection with a code, and sent an invalid one.
  ERR_HTTP2_SESSION_ERROR: 'upstream-closed',
  ERR_HTTP2_STREAM_CANCEL: 'upstream-closed',
  ERR_HTTP2_ERROR: 'upstream-bad-response',
  ERR_HTTP2_TOO_MANY_INVALID_FRAMES: 'upstream-bad-response',
  NO_HTTP2: 'upstream-protocol',
  BAD_RESPONSE: 'upstream-bad-response',
  // undici's parser errors have no code.
  HTTPParserError: 'upstream-bad-response',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-bad-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-bad-response',
}
