// What every service behind the proxy does: it believes the assertion that it has verified, and nothing else.
import { createRemoteJWKSet, jwtVerify } from 'jose'

/**
 * Who calls, by the proxy's word: `{ identity, sub, … }`, where an anonymous caller is of the identity `anonymous` and has no `sub`.
 * Throws if the request has no assertion, or one that is expired, for another service, or not signed by the proxy: then somebody has come
 * past it. `jwks` is the address of the proxy's keys.
 */
export function assertionVerifier(service, jwks) {
  const keys = createRemoteJWKSet(new URL(jwks))
  return async (request) => {
    const assertion = request.headers['x-iap-assertion']
    if (assertion === undefined) throw new Error('the request has no assertion')
    const { payload } = await jwtVerify(assertion, keys, { algorithms: ['ES256'], audience: service })
    return payload
  }
}
