import { CookieClient, type Page } from '../../tests/support/cookie-client.ts'
import { type DpopKey, dpopKey, proofOf } from '../../tests/support/dpop.ts'
import { waitFor } from '../support/start-proxy.ts'
import { SECRETS } from './realm.ts'
import { expectStatus, type Stage, signedIn, told } from './stage.ts'

/** Programs and services: introspection, DPoP, token exchange. */
export async function checkApi(stage: Stage): Promise<void> {
  const { run, keycloak, origin } = stage
  const api = `${origin('api')}/`
  const tokens = `${keycloak.issuer}/protocol/openid-connect/token`

  await run.check('introspection: a token of a service account is taken, and no other', async () => {
    expectStatus(await call(api, { authorization: `Bearer ${await robotToken(tokens, 'robot')}` }), 200)
    expectStatus(await call(api, { authorization: 'Bearer invented' }), 401, 'inactive')
  })

  await run.check('introspection: a token that was revoked is refused once its answer is over', async () => {
    const token = await robotToken(tokens, 'robot')
    expectStatus(await call(api, { authorization: `Bearer ${token}` }), 200)
    await post(`${keycloak.issuer}/protocol/openid-connect/revoke`, { token, ...clientOf('robot') })
    await waitFor(async () => {
      const page = await call(api, { authorization: `Bearer ${token}` })
      return page.headers['x-iap-error'] === 'inactive' ? true : undefined
    }, 'the token is still taken')
  })

  const key = dpopKey()
  await run.check('DPoP: a bound token is taken with a proof of its key, once', async () => {
    const token = await robotToken(tokens, 'bound-robot', key)
    const headers = { authorization: `DPoP ${token}`, dpop: proofOf(key, { url: api, token }) }
    expectStatus(await call(api, headers), 200)
    expectStatus(await call(api, headers), 401, 'proof-replayed')
  })

  await run.check('DPoP: a bound token is refused without a proof, and with a proof of another key', async () => {
    const token = await robotToken(tokens, 'bound-robot', key)
    expectStatus(await call(api, { authorization: `Bearer ${token}` }), 401, 'proof-required')
    const proof = proofOf(dpopKey(), { url: api, token })
    expectStatus(await call(api, { authorization: `DPoP ${token}`, dpop: proof }), 401, 'proof-key')
  })

  await run.check('token exchange: the service gets a token of its own, of the person who has signed in', async () => {
    const { page } = await signedIn(`${origin('orders')}/`, 'ann')
    expectStatus(page, 200)
    const { authorization = '' } = JSON.parse(page.body) as { authorization?: string }
    const [, payload = ''] = authorization.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as Record<string, unknown>
    if (claims.azp !== 'exchange' || ![claims.aud].flat().includes('orders'))
      throw new Error(`expected a token of \`exchange\` for \`orders\`, got ${JSON.stringify(claims)} in ${told(page)}`)
  })
}

async function call(url: string, headers: Readonly<Record<string, string>>): Promise<Page> {
  return await new CookieClient().send(url, { headers })
}

function clientOf(id: string): Readonly<Record<string, string>> {
  return { client_id: id, client_secret: SECRETS.api }
}

/** A token of a service account, bound to the key if one is given. */
async function robotToken(url: string, id: string, key?: DpopKey): Promise<string> {
  const headers = key === undefined ? {} : { dpop: proofOf(key, { method: 'POST', url }) }
  const answer = await post(url, { grant_type: 'client_credentials', ...clientOf(id) }, headers)
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  if (token === undefined) throw new Error(`Keycloak gave \`${id}\` no token`)
  return token
}

async function post(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
  if (!answer.ok) throw new Error(`${url}: expected success, got ${answer.status}: ${await answer.text()}`)
  return answer
}
