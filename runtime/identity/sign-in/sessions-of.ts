import type { CanonicalRequest } from '../../../request/index.ts'
import { schemeOf } from '../../tls/index.ts'
import type { Refused } from '../authentication.ts'
import type { Credential, Verified } from '../credential.ts'
import type { MethodName } from '../identity-config.ts'
import { type MethodDeps, type Verifier, verifierContext } from '../method.ts'
import { refuseCredential } from '../refusals.ts'
import { cookieNames, isHandle, readCookies } from '../sessions/index.ts'

/**
 * Sessions of those who have signed in with a browser. The handle in the cookie is the credential, by whatever method it was come
 * by.
 */
export function sessionsOf(method: MethodName, identities: ReadonlyMap<string, object>, { signIn }: MethodDeps): Verifier {
  const context = verifierContext(identities, (config) => config)
  const status = () => signIn?.status(method) ?? []
  if (signIn === null || identities.size === 0) return { context, read: () => null, verify, status: () => [] }
  return { context, read: readSession, verify: ({ text }) => verifyHandle(text), status }

  /** It is good at the one host that it was given to. */
  function verifyHandle(text: string): Promise<Verified | Refused> {
    const [host = '', handle = ''] = text.split('\n')
    return signIn === null ? verify() : signIn.verify(handle, host)
  }
}

/** Whether a caller was recognized by the cookie of a session. */
export function isOfSession({ method }: { readonly method: string }): boolean {
  return method === 'oidc' || method === 'saml'
}

function verify(): Promise<Refused> {
  return Promise.resolve(refuseCredential('session'))
}

/** Null where the request has no session. Two of them are none that counts. */
function readSession(request: CanonicalRequest, connection?: object): Credential | Refused | null {
  // Most programs send no cookies, and cost this.
  if (request.headers.count('cookie') === 0) return null
  const names = cookieNames(schemeOf(request, connection), request.host)
  if (names === null) return null
  const [handle, ...others] = readCookies(request, names.session)
  if (handle === undefined) return null
  return others.length > 0 || !isHandle(handle) ? refuseCredential('session') : { text: `${request.host}\n${handle}` }
}
