// What every service behind the proxy does: it believes the assertion that it has verified, and nothing else.
import { createRemoteJWKSet, jwtVerify } from 'jose'

/**
 * Who calls, by the proxy's word; null where it says nothing, as of anonymous callers. Throws for an assertion that is expired,
 * for another service, or not signed by the proxy. `jwks` is the address of the proxy's keys.
 */
export function assertionVerifier(service, jwks) {
  const keys = createRemoteJWKSet(new URL(jwks))
  return async (request) => {
    const assertion = request.headers['x-iap-assertion']
    if (assertion === undefined) return null
    const { payload } = await jwtVerify(assertion, keys, { algorithms: ['ES256'], audience: service })
    return payload
  }
}
