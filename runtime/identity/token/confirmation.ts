import type { Claims } from './claim-types.ts'

/** Keys to which a token is bound (RFC 7800). The client must prove possession of all of them. */
export interface Confirmation {
  /** Thumbprint of the key that signs DPoP proofs (RFC 9449, section 6.1), or `null` if the token is not bound to one. */
  readonly jkt: string | null
  /** SHA-256 digest of the client's certificate (RFC 8705, section 3.1), or `null` if the token is not bound to one. */
  readonly x5t: string | null
}

/**
 * Returns the keys in the `cnf` claim of a token, or `null` if it has no such claim. `unknown`: the claim is invalid or of
 * another kind, so possession cannot be checked.
 */
export function readConfirmation(claims: Claims): Confirmation | 'unknown' | null {
  if (!Object.hasOwn(claims, 'cnf')) return null
  const { cnf } = claims
  if (typeof cnf !== 'object' || cnf === null || Array.isArray(cnf)) return 'unknown'
  const members = Object.entries(cnf)
  if (members.length === 0 || !members.every(([name, value]) => KNOWN.has(name) && isDigest(value))) return 'unknown'
  const { jkt = null, 'x5t#S256': x5t = null } = cnf as Readonly<Record<string, string>>
  return { jkt, x5t }
}

const KNOWN: ReadonlySet<string> = new Set(['jkt', 'x5t#S256'])

/** Returns whether a value is a SHA-256 digest in base64url without padding. */
function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
}
