import type { Claims } from './claim-types.ts'
import { MAX_TOKEN } from './compact-jws.ts'

/**
 * What a token says of itself; null where it is none that says anything. Nothing of it is verified, and it is read as loosely as
 * anybody may read it: what looks like somebody's token is shown to nobody else, even if it is not one.
 */
export function payloadIn(token: string): Claims | null {
  const [, payload, signature] = token.length > MAX_TOKEN ? [] : token.split('.', 3)
  if (payload === undefined || signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : null
  } catch {
    return null
  }
}
