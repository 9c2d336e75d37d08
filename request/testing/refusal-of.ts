import type { CanonicalRequest, RawRequest } from '../canonical-request.ts'
import { canonicalize } from '../canonicalize.ts'

/** Returns an acceptable request with the given differences. */
export function rawRequest(differing: Partial<RawRequest> = {}): RawRequest {
  return { method: 'GET', target: '/', httpVersion: '1.1', rawHeaders: ['Host', 'app.test'], peer: '192.0.2.7', ...differing }
}

/** @throws if the request is refused */
export function accepted(differing: Partial<RawRequest>): CanonicalRequest {
  const canonical = canonicalize(rawRequest(differing))
  if (!canonical.ok) throw new Error(`refused: ${canonical.refusal.code}`)
  return canonical.request
}

/** Returns `400 dot-segment`, or `accepted`. */
export function refusalOf(differing: Partial<RawRequest>): string {
  const canonical = canonicalize(rawRequest(differing))
  return canonical.ok ? 'accepted' : `${canonical.refusal.status} ${canonical.refusal.code}`
}
