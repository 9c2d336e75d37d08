import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { answerJson, type LocalServer, listenLocally } from './http.ts'

/**
 * Starts a server that answers each request with a description of it. It replaces a service that does not exist yet, and verifies
 * the proxy's assertion as services must.
 *
 * @param jwks returns the URL of the proxy's public keys; called at the first request, as the proxy starts later
 */
export async function startEcho(service: string, jwks: () => URL): Promise<LocalServer> {
  let keys: JWTVerifyGetKey | null = null
  return await listenLocally(0, async (request, response) => {
    keys ??= createRemoteJWKSet(jwks(), { cooldownDuration: 1000 })
    const { 'x-iap-assertion': assertion, ...headers } = request.headers
    let body = 0
    for await (const chunk of request) body += (chunk as Buffer).length
    answerJson(response, 200, {
      service,
      method: request.method,
      path: request.url,
      caller: await verify(keys, service, assertion),
      headers,
      bodyBytes: body,
    })
  })
}

async function verify(keys: JWTVerifyGetKey, service: string, assertion: string | string[] | undefined): Promise<object> {
  if (assertion === undefined) return { verified: false, because: 'the request has no assertion' }
  try {
    const { payload } = await jwtVerify(String(assertion), keys, { algorithms: ['ES256'], audience: service })
    return { verified: true, ...payload }
  } catch (error) {
    return { verified: false, because: (error as Error).message }
  }
}
