import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/index.ts'
import type { Refused } from '../authentication.ts'
import type { Credential, Verified } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import { type MethodDeps, type Verifier, verifierContext } from '../method.ts'
import { refuseCredential } from '../refusals.ts'
import { cookieNames, isHandle, readCookies } from '../sessions/index.ts'

/**
 * Creates the verifier of browser sessions, whose credential is the handle in the session cookie. It verifies sessions of both
 * `oidc` and `saml`.
 */
export function sessionsOf(method: MethodName, identities: ReadonlyMap<string, object>, { signIn }: MethodDeps): Verifier {
  const context = verifierContext(identities, (config) => config)
  const status = () => signIn?.status(method) ?? []
  if (signIn === null) return { context, read: () => null, verify, status: () => [] }
  return { context, read: readSession, verify: ({ text }) => verifyHandle(text), status }

  /** A handle is valid at its own host only. */
  function verifyHandle(text: string): Promise<Verified | Refused> {
    const [host = '', handle = ''] = text.split('\n')
    return signIn === null ? verify() : signIn.verify(handle, host)
  }
}

/** Returns whether a caller was authenticated by a session cookie. */
export function isOfSession({ method }: { readonly method: string }): boolean {
  return method === 'oidc' || method === 'saml'
}

function verify(): Promise<Refused> {
  return Promise.resolve(refuseCredential('session'))
}

/** Returns the handle in the session cookie, or `null` without one. Two session cookies are refused. */
function readSession(request: CanonicalRequest, connection?: object): Credential | Refused | null {
  // Fast path: most programs send no cookies.
  if (request.headers.count('cookie') === 0) return null
  const names = cookieNames(schemeOf(request, connection), request.host)
  if (names === null) return null
  const [handle, ...others] = readCookies(request, names.session)
  if (handle === undefined) return null
  return others.length > 0 || !isHandle(handle) ? refuseCredential('session') : { text: `${request.host}\n${handle}` }
}
