import type { ProxyErrorCode } from '../refusals/proxy-errors.ts'

/**
 * The error for a well-formed response of a service that cannot be forwarded. Thrown in undici's callbacks, and passed by
 * undici to `onError`.
 */
export class BadResponse extends Error {
  readonly code = 'BAD_RESPONSE'
}

/** The error for a request that exceeds the total timeout of its service. */
export class WholeTimeout extends Error {
  readonly code = 'WHOLE_TIMEOUT'
}

/** The error for a request without progress for longer than all timeouts allow, because an expected event never came. */
export class NoProgress extends Error {
  readonly code = 'NO_PROGRESS'
}

export class NoHttp2 extends Error {
  readonly code = 'NO_HTTP2'
}

/** The error for a stream that the service has reset (RST_STREAM, RFC 9113 §6.4). */
export class StreamReset extends Error {
  readonly code: 'STREAM_REFUSED' | 'STREAM_RESET'

  /**
   * Creates the error for a stream that the service has reset.
   *
   * @param how `REFUSED` if the service has not processed the request; else `RESET`
   */
  constructor(message: string, how: 'REFUSED' | 'RESET') {
    super(message)
    this.code = `STREAM_${how}`
  }
}

/** The error for a request that the service has certainly not processed. Such a request may be retried whatever its method. */
export class NotBegun extends Error {
  readonly code: string
  /** Whether the request reached the service, which then refused to process it. */
  readonly reached: boolean

  constructor(failure: Error, reached: boolean) {
    super(failure.message)
    this.code = (failure as NodeJS.ErrnoException).code ?? failure.name
    this.reached = reached
  }
}

/** Returns whether an error means that the process has no more file descriptors, which is no fault of the service. */
export function isOutOfDescriptors({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EMFILE' || code === 'ENFILE'
}

/** Returns the error code for the client and the explanation for the audit record of a failed request to a service. */
export function upstreamFailure(error: Error): { readonly code: ProxyErrorCode; readonly detail: string } {
  const { code = error.name, message } = error as NodeJS.ErrnoException
  return { code: isOutOfDescriptors(error) ? 'overloaded' : codeOf(code), detail: `${code}: ${message}` }
}

/**
 * Returns whether an error is a fault of the address. A stream reset is not, nor is a status of 500, because clients could
 * provoke these deliberately.
 */
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
