import type { Claims } from './claim-types.ts'

/** What a token is bound to (RFC 7800): all of it must be shown. */
export interface Confirmation {
  /** Thumbprint of the key that signs proofs (RFC 9449, section 6.1); null: none. */
  readonly jkt: string | null
  /** SHA-256 of the client's certificate (RFC 8705, section 3.1); null: none. */
  readonly x5t: string | null
}

/**
 * `cnf` of verified claims; null where they have none. `unknown`: they have one that says something else, or nothing, or so that
 * it cannot be checked. Nobody can then tell whether who brings the token is whom it was given to.
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

/** SHA-256, base64url without padding. */
function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
}
