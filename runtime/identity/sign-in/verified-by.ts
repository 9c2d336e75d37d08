import type { Verified } from '../method.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import type { LoginProvider } from './login-provider.ts'
import type { Session } from './session.ts'
import type { Copy } from './session-copies.ts'

const NOTHING: readonly string[] = Object.freeze([])

/** Who somebody is by a session. `clock`: milliseconds since 1970. */
export function verifiedBy(session: Session, copy: Copy, { method, config }: LoginProvider, clock: () => number): Verified {
  const { identity, subject, signed, told, started, ends, refreshAt } = session
  // What is signed counts before what is only told.
  const claims = { ...told, ...signed }
  const seconds = clock() / 1000
  return {
    identity,
    method,
    subject,
    claims,
    auth: readAuthentication(signed, seconds, config.clockSkew / 1000, config.mfa),
    // A clock that is set back does not undo a login.
    issued: started / 1000,
    from: Math.min(seconds, started / 1000),
    until: ends / 1000,
    size: JSON.stringify(claims).length,
    // What held it was the proxy's own cookie, which goes to no service anyway.
    consumed: NOTHING,
    holds: () => copy.holds() && (refreshAt === null || clock() < refreshAt),
  }
}
