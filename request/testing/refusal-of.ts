import type { CanonicalRequest, RawRequest } from '../canonical-request.ts'
import { canonicalize } from '../canonicalize.ts'

/** A plain request that is accepted; tests say what differs. */
export function rawRequest(differing: Partial<RawRequest> = {}): RawRequest {
  return { method: 'GET', target: '/', httpVersion: '1.1', rawHeaders: ['Host', 'app.test'], peer: '192.0.2.7', ...differing }
}

/** The canonical request; throws where there is none. */
export function accepted(differing: Partial<RawRequest>): CanonicalRequest {
  const canonical = canonicalize(rawRequest(differing))
  if (!canonical.ok) throw new Error(`refused: ${canonical.refusal.code}`)
  return canonical.request
}

/** `400 dot-segment`, or `accepted`. */
export function refusalOf(differing: Partial<RawRequest>): string {
  const canonical = canonicalize(rawRequest(differing))
  return canonical.ok ? 'accepted' : `${canonical.refusal.status} ${canonical.refusal.code}`
}
