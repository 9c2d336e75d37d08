import type { ProxyErrorCode } from './proxy-errors.ts'

/** What went wrong on the way to a service, as the caller and the record are told. */
export function upstreamFailure(error: unknown): { readonly code: ProxyErrorCode; readonly detail: string } {
  const { code, message } = error as NodeJS.ErrnoException
  return { code: codeOf(code ?? ''), detail: code === undefined ? String(message) : `${code}: ${message}` }
}

function codeOf(code: string): ProxyErrorCode {
  const known = codes[code]
  if (known !== undefined) return known
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP_') || code.startsWith('UND_ERR_RES')) return 'upstream-bad-response'
  // OpenSSL names some twenty reasons to distrust a certificate.
  if (code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || /CERT|SIGNATURE|CRL|ISSUER/.test(code)) return 'upstream-tls'
  return 'upstream-unreachable'
}

const codes: Readonly<Record<string, ProxyErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'upstream-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'upstream-timeout',
  UND_ERR_BODY_TIMEOUT: 'upstream-timeout',
  ETIMEDOUT: 'upstream-timeout',
  UND_ERR_SOCKET: 'upstream-closed',
  ECONNRESET: 'upstream-closed',
  EPIPE: 'upstream-closed',
  UND_ERR_INVALID_ARG: 'internal',
  UND_ERR_NOT_SUPPORTED: 'internal',
  UND_ERR_HEADERS_OVERFLOW: 'upstream-bad-response',
  ERR_INVALID_CHAR: 'upstream-bad-response',
}
