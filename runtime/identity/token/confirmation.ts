import type { Claims } from './claim-types.ts'

/** What a token is bound to (RFC 7800). All of it must be proved. */
export interface Confirmation {
  /** Thumbprint of the key that signs proofs (RFC 9449, section 6.1); `null`: none. */
  readonly jkt: string | null
  /** SHA-256 of the client's certificate (RFC 8705, section 3.1); `null`: none. */
  readonly x5t: string | null
}

/** Returns `cnf` of verified claims, or `null` without it. `unknown`: another kind or invalid; possession is uncheckable. */
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
