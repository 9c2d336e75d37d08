/** A proxy that keeps sessions in memory forgets at a restart which logins were finished. */
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { attribute, idpMetadata, samlKeys, samlResponse } from '../support/saml.ts'
import { ENTITY_ID, openSaml, type SamlStage, type StartedSaml } from './start-saml.ts'

const entityId = 'https://idp.example'
const keys = samlKeys('idp')
const metadata = idpMetadata({
  ...{ entityId, certificates: [keys.cert], signIn: `${entityId}/login`, signOut: `${entityId}/logout` },
})

let stage: SamlStage

beforeAll(async () => {
  process.env.IAP_TEST_SESSION_KEY = newSecret()
  stage = await openSaml()
})

afterAll(() => stage?.close())

test('the same keys after a restart take no login of before: a captured form and cookie sign nobody in', async () => {
  const sessions = '{ keys: [{ env: IAP_TEST_SESSION_KEY }] }'
  const identity = 'attributes: { groups: [groups] }'
  const first = await stage.start(metadata, { sessions, identity })
  const client = new CookieClient()
  const begun = await client.send(`${first.origin}/users/x`, { headers: NAVIGATION })
  const { searchParams } = new URL(begun.location ?? '')
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  const xml = samlResponse({
    ...{ issuer: entityId, keys, audience: ENTITY_ID, recipient: `${first.origin}/.iap/saml/acs/staff` },
    ...{ inResponseTo: / ID="([^"]*)"/.exec(request)?.[1] ?? '', attributes: attribute('groups', 'users') },
  })
  const form = {
    SAMLResponse: Buffer.from(xml).toString('base64'),
    RelayState: searchParams.get('RelayState') ?? '',
  }
  const cookie = client.cookiesFor(first.origin)

  /** Sends what was captured, under the name of the first proxy. */
  async function replay(proxy: StartedSaml): Promise<readonly Page[]> {
    const at = (path: string) => `http://app.localhost:${proxy.port}${path}`
    const headers = { ...NAVIGATION, host: new URL(first.origin).host, origin: entityId, 'sec-fetch-site': 'cross-site' }
    const posted = await new CookieClient().send(at('/.iap/saml/acs/staff'), { form, headers })
    if (posted.location === null) return [posted]
    const { pathname, search } = new URL(posted.location)
    const came = { ...NAVIGATION, host: headers.host, cookie }
    return [posted, await new CookieClient().send(at(pathname + search), { headers: came })]
  }

  expect((await replay(first)).map(({ status }) => status)).toEqual([303, 302])
  first.proxy.child.kill('SIGTERM')
  await first.proxy.ended
  const second = await stage.start(metadata, { sessions, identity })
  const last = (await replay(second)).at(-1)
  expect([last?.status, last?.headers['x-iap-error'], last?.headers['set-cookie'] ?? []]).toEqual([400, 'login-state', []])
})
