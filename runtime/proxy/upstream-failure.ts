import type { ProxyErrorCode } from './proxy-errors.ts'

/** An answer that is well-formed HTTP, and yet none that can be passed on. Thrown at undici, which hands it to `onError`. */
export class BadResponse extends Error {
  readonly code = 'BAD_RESPONSE'
}

/** The whole of an answer took longer than a service is given. */
export class WholeTimeout extends Error {
  readonly code = 'WHOLE_TIMEOUT'
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

function codeOf(code: string): ProxyErrorCode {
  const known = codes[code]
  if (known !== undefined) return known
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
  BAD_RESPONSE: 'upstream-bad-response',
  // undici gives the parser's errors no code.
  HTTPParserError: 'upstream-bad-response',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-bad-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'upstream-bad-response',
}
