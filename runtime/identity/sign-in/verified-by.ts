import type { Verified } from '../credential.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import type { LoginProvider, ProviderClient } from './login-provider.ts'
import type { Session } from './session.ts'
import type { Copy } from './session-copies.ts'

const NOTHING: readonly string[] = Object.freeze([])

/** Returns the claims of a session's caller, and how and when the caller authenticated. `now` is in milliseconds since 1970. */
export function saidBy(
  { signed, told }: Pick<Session, 'signed' | 'told'>,
  { clockSkew, mfa }: Pick<ProviderClient, 'clockSkew' | 'mfa'>,
  now: number,
): Pick<Verified, 'claims' | 'auth'> {
  // Signed claims take precedence.
  return { claims: { ...told, ...signed }, auth: readAuthentication(signed, now / 1000, clockSkew / 1000, mfa) }
}

/** Returns the caller of a session as a verified credential. `clock` returns milliseconds since 1970. */
export function verifiedBy(session: Session, copy: Copy, { method, config }: LoginProvider, clock: () => number): Verified {
  const { identity, subject, started, ends, refreshAt } = session
  const now = clock()
  const seconds = now / 1000
  const { claims, auth } = saidBy(session, config, now)
  return {
    identity,
    method,
    subject,
    claims,
    auth,
    // A clock that is set back does not undo a login.
    issued: started / 1000,
    from: Math.min(seconds, started / 1000),
    until: ends / 1000,
    size: JSON.stringify(claims).length,
    // The cookie that held it is the proxy's own, which is never forwarded.
    consumed: NOTHING,
    holds: () => copy.holds() && (refreshAt === null || clock() < refreshAt),
  }
}
