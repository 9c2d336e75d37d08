import { canonicalize, type Refusal, type Trust } from '../../../../request/index.ts'
import type { CheckedRequest } from '../check-incoming.ts'
import type { CheckHead, OriginalRequest } from './original-request.ts'

/** The body of an original request, as far as the front sent it. */
export type CheckBody = Buffer | 'incomplete'

/**
 * Returns the request to decide. Its client is the peer that the front saw, or the client whom the proxies of `trust` before the
 * front name; its scheme is the one that these proxies state, else the front.
 *
 * @param trust proxies before the front, and the header in which the front forwards client certificates
 */
export function checkedByHeaders(original: OriginalRequest, body: CheckBody, trust: Trust | null): CheckedRequest {
  const { method, target, rawHeaders, peer, scheme } = original
  return {
    method,
    target,
    rawHeaders,
    peer,
    body,
    canonicalize() {
      const canonical = canonicalize({ method, target, httpVersion: '1.1', rawHeaders, peer, trust })
      if (!canonical.ok) return canonical
      const { request } = canonical
      // A trusted proxy before the front may have ended the client's TLS.
      return {
        ok: true,
        request: { ...request, scheme: request.scheme ?? scheme, certificateIn: trust?.certificate ?? null },
      }
    },
  }
}

/** Returns a request that is refused and recorded, because the check does not state what to decide. */
export function faultyCheck({ method, target }: CheckHead, refusal: Refusal, asker: string): CheckedRequest {
  return { method, target, rawHeaders: [], peer: asker, body: null, canonicalize: () => ({ ok: false, refusal }) }
}
