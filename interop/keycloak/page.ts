import { deepEqual } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { freePort } from '../../tests/support/listening-program.ts'
import { withAddresses } from '../support/front-example.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { root } from '../support/root.ts'
import { startProxy } from '../support/start-proxy.ts'
import { PASSWORD } from './realm.ts'
import type { Keycloak } from './server.ts'
import { expectStatus, signedIn } from './stage.ts'

const SECRET = 'the-secret-of-the-page'
const REALM = 'example'

/** Follows `docs/guides/identity-providers/keycloak.md`: a realm as its steps say, its configuration and its policy. */
export async function checkPage(run: InteropRun, keycloak: Keycloak, service: number): Promise<void> {
  const page = readFileSync(`${root}docs/guides/identity-providers/keycloak.md`, 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}.*\\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? ''
  const port = await freePort()
  const origin = `http://hello.localhost:${port}`
  const issuer = keycloak.issuer.replace(/[^/]*$/, REALM)
  await keycloak.admin('POST', '/', realm(origin))
  writeFileSync(join(run.scratch, 'staff.secret'), SECRET, { mode: 0o600 })
  const config = withAddresses(block('yaml'), {
    '127.0.0.1:8080': `127.0.0.1:${port}`,
    'https://id.example.com/realms/example': issuer,
    'http://127.0.0.1:3000': `http://127.0.0.1:${service}`,
    // Browsers take `Secure` cookies without TLS from names of this machine alone.
    '[hello.example.com]': '[hello.localhost]',
  })
  // The test has these in the configuration of its own.
  const own = config.replaceAll(/^(?:bundle|audit|admin):.*\n(?: .*\n)*/gm, '')
  await startProxy(run, { policy: block('iap'), config: own })

  await run.check('page: Ann signs in, publishes by her role, and is known at /.iap/me', async () => {
    const { client, page } = await signedIn(`${origin}/hello/world`, 'ann')
    const headers = { cookie: client.cookiesFor(origin), origin }
    deepEqual(await publish(origin, headers), [200, 'ann@example.com'])
    expectStatus(page, 200)
    const me = await client.send(`${origin}/.iap/me`)
    if (!me.body.includes('staff')) throw new Error(`expected the identity at /.iap/me, got ${me.body}`)
  })
  await run.check('page: Bob signs in, and may not publish', async () => {
    const { client } = await signedIn(`${origin}/hello/world`, 'bob')
    const headers = { cookie: client.cookiesFor(origin), origin }
    deepEqual(await publish(origin, headers), [403, undefined])
  })
  await run.check('page: access tokens decide in the same way, and an ID token is refused', async () => {
    const outcomes = await Promise.all(
      (['ann', 'bob'] as const).map(async (person) => {
        const { access_token, id_token } = await tokensOf(issuer, person)
        const send = (token: string) => publish(origin, { authorization: `Bearer ${token}` }).then(([status]) => status)
        return [await send(access_token), await send(id_token)]
      }),
    )
    deepEqual(outcomes, [
      [200, 401],
      [403, 401],
    ])
  })
}

/** What the steps of the page create. Direct grants are for the test alone, which gets tokens without a browser. */
function realm(origin: string): object {
  const mapper = (name: string, protocolMapper: string, config: object) => ({
    ...{ name, protocol: 'openid-connect', protocolMapper, config },
  })
  return {
    ...{ realm: REALM, enabled: true, sslRequired: 'none', roles: { realm: [{ name: 'editor' }] } },
    users: ['ann', 'bob'].map((username) => ({
      ...{ username, enabled: true, email: `${username}@example.com`, emailVerified: true },
      ...{ firstName: username, lastName: 'Example', realmRoles: username === 'ann' ? ['editor'] : [] },
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
    })),
    clients: [
      {
        ...{ clientId: 'hello', secret: SECRET, standardFlowEnabled: true, directAccessGrantsEnabled: true },
        redirectUris: [`${origin}/.iap/callback/staff`],
        attributes: {
          'post.logout.redirect.uris': `${origin}/.iap/signed-out`,
          'backchannel.logout.url': `${origin}/.iap/backchannel-logout`,
        },
        protocolMappers: [
          mapper('roles', 'oidc-usermodel-realm-role-mapper', {
            ...{ 'claim.name': 'realm_access.roles', multivalued: 'true', 'id.token.claim': 'true' },
            ...{ 'access.token.claim': 'false', 'jsonType.label': 'String' },
          }),
          mapper('audience', 'oidc-audience-mapper', {
            ...{ 'included.custom.audience': 'https://hello.example.com', 'access.token.claim': 'true' },
          }),
        ],
      },
    ],
  }
}

async function tokensOf(issuer: string, username: string): Promise<{ access_token: string; id_token: string }> {
  const form = { grant_type: 'password', client_id: 'hello', client_secret: SECRET, username, password: PASSWORD }
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, scope: 'openid profile email' }),
  })
  if (!answer.ok) throw new Error(`Keycloak gave ${username} no token: ${await answer.text()}`)
  return (await answer.json()) as { access_token: string; id_token: string }
}

/** Publishes a post. Resolves with the status, and the author that the service saw. */
function publish(origin: string, headers: Readonly<Record<string, string>>): Promise<readonly [number, string | undefined]> {
  const { host, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const all = { host, 'content-type': 'application/json', ...headers }
    // By its address: not every resolver knows names below `localhost`.
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/posts', method: 'POST', agent: false, headers: all },
      (response) => {
        const { statusCode: status = 0 } = response
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve([status, status === 200 ? (JSON.parse(text) as Headers)['x-author'] : undefined]))
      },
    )
    outgoing.on('error', reject).end(JSON.stringify({ title: 'Hello', text: 'world' }))
  })
}

type Headers = Readonly<Record<string, string>>
