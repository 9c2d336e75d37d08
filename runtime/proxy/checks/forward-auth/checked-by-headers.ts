import { canonicalize, type Refusal, type Trust } from '../../../../request/index.ts'
import { isRooted, isTrusted, refusedFor } from '../canonical-check.ts'
import type { OriginalRequest as OriginalHeaders, SentHeaders } from '../check-config.ts'
import type { CheckedRequest } from '../check-incoming.ts'
import { faultOf } from './check-fault.ts'
import type { CheckHead, OriginalRequest } from './original-request.ts'

type CertificateHeader = NonNullable<Trust['certificate']>

/** The body of an original request, as far as the front sent it; `unread` if there was no memory for it. */
export type CheckBody = Buffer | 'incomplete' | 'unread'

export interface CheckedBy extends SentHeaders {
  readonly original: OriginalHeaders
  /** Proxies before the front, and the header in which they, or the front, forward client certificates. */
  readonly trust: Trust | null
  /** Returns whether an address in canonical text is that of the front. */
  readonly isFront: (address: string) => boolean
}

/**
 * Returns the request to decide. Its client is the peer that the front saw, or the client whom the proxies of `trust` before the
 * front name; its scheme is the one that these proxies state, else the front.
 */
export function checkedByHeaders(original: OriginalRequest, body: CheckBody, by: CheckedBy): CheckedRequest {
  const { method, target, rawHeaders, peer, scheme } = original
  const { trust } = by
  const isByRequestLine = by.original === 'request-line'
  return {
    method,
    target,
    rawHeaders,
    peer,
    body,
    mayLackHeaders: isByRequestLine && by.allHeaders !== true,
    mayLackCertificate: (trust?.certificate ?? null) === null,
    canonicalize() {
      if (isRooted(original.host)) return refusedFor('host-invalid')
      const canonical = canonicalize({ method, target, httpVersion: '1.1', rawHeaders, peer, trust })
      if (!canonical.ok) return canonical
      const { request } = canonical
      // The client would have the rights of the proxy's address.
      if (trust !== null && isTrusted(peer, trust) && request.headers.count(trust.header) === 0)
        return refusedFor('client-address')
      // Old releases of Envoy append their own address.
      if (isByRequestLine && by.isFront(request.sourceIp))
        return { ok: false, refusal: faultOf('check-header-invalid', 'X-Forwarded-For') }
      // A trusted proxy before the front may have ended the client's TLS.
      const certificateIn = ownCertificateHeader(trust) ?? request.certificateIn
      return { ok: true, request: { ...request, scheme: request.scheme ?? scheme, certificateIn } }
    },
  }
}

/**
 * Returns the header in which the front itself writes the client's certificate; `null` if it writes none, or if proxies before it
 * do.
 */
export function ownCertificateHeader(trust: Trust | null): CertificateHeader | null {
  return trust !== null && trust.proxies.length === 0 ? (trust.certificate ?? null) : null
}

/** Returns a request that is refused and recorded, because the check does not state what to decide. */
export function faultyCheck({ method, target }: CheckHead, refusal: Refusal, asker: string): CheckedRequest {
  return { method, target, rawHeaders: [], peer: asker, body: null, canonicalize: () => ({ ok: false, refusal }) }
}
