import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { answerJson, type LocalServer, listenLocally } from './http.ts'

/**
 * A service that tells what reached it: for trying out a policy before there is a service. It trusts nothing but the
 * assertion, and verifies that as a real service must. `jwks` is asked late: the proxy starts after its upstreams.
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
  if (assertion === undefined) return { verified: false, because: 'there is no assertion' }
  try {
    const { payload } = await jwtVerify(String(assertion), keys, { algorithms: ['ES256'], audience: service })
    return { verified: true, ...payload }
  } catch (error) {
    return { verified: false, because: (error as Error).message }
  }
}
