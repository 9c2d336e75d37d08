/** What is tried around a SAML response: with other people's logins, at other places, a second time; and with requests to sign somebody out. */
import { createSign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { attribute, idpMetadata, instant, type ResponseParts, samlKeys, samlResponse, signElement } from '../support/saml.ts'
import { eventually } from '../support/until.ts'
import type { Certified } from '../support/x509.ts'
import { openSaml, type SamlStage, type StartedSaml, samlPolicy } from './start-saml.ts'

/** Two providers of one proxy. */
const policy = `${samlPolicy}
identity partner via saml {
  sub: string
  groups: set<string>
}
`
const home = { entityId: 'https://home.example', keys: samlKeys('home') }
const other = { entityId: 'https://other.example', keys: samlKeys('other') }
const SP = 'https://app.example/saml'
const SESSION = 'iap-session'

let stage: SamlStage
let started: StartedSaml
let origin: string

beforeAll(async () => {
  stage = await openSaml(
    policy.replace('users_in    on app.home, app.users to staff', 'users_in    on app.home, app.users to staff, partner'),
  )
  for (const [file, { entityId, keys }] of Object.entries({ 'home.xml': home, 'other.xml': other }))
    writeFileSync(
      join(stage.stage.folder, file),
      idpMetadata({ entityId, certificates: [keys.cert], signIn: `${entityId}/login`, signOut: `${entityId}/logout` }),
    )
  // One proxy for all: what an attempt leaves behind must help no other.
  started = await stage.start('', {
    lives: 'stage',
    identities: `{
      staff: { metadata: ./home.xml, entityId: "${SP}", attributes: { groups: [groups] }, signing: { cert: ./saml.pem, key: ./saml.key } },
      partner: { metadata: ./other.xml, entityId: "${SP}", attributes: { groups: [groups] } } }`,
  })
  origin = started.origin
})
afterAll(() => stage?.close())

interface Begun {
  readonly identity: string
  readonly id: string
  readonly state: string
  readonly xml: string
}

/** Begins a login, as far as the address that the browser is sent to. */
async function begin(client: CookieClient, identity = 'staff', returnTo = '/users/x'): Promise<Begun> {
  const page = await client.send(`${origin}/.iap/login?with=${identity}&return_to=${encodeURIComponent(returnTo)}`)
  const { searchParams } = new URL(page.location ?? '')
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  return { identity, id: / ID="([^"]*)"/.exec(xml)?.[1] ?? '', state: searchParams.get('RelayState') ?? '', xml }
}

function answer({ id, identity }: Begun, parts: Partial<ResponseParts> = {}, at = origin): string {
  return samlResponse({
    issuer: home.entityId,
    keys: home.keys,
    audience: SP,
    recipient: `${at}/.iap/saml/acs/${identity}`,
    inResponseTo: id,
    attributes: attribute('groups', 'users'),
    ...parts,
  })
}

/** The form of the provider's page, from another site. */
function post(client: CookieClient, xml: string, state: string, at = origin, identity = 'staff'): Promise<Page> {
  return client.send(`${at}/.iap/saml/acs/${identity}`, {
    form: { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: state },
    headers: { ...NAVIGATION, origin: 'https://home.example', 'sec-fetch-site': 'cross-site' },
  })
}

const follow = (client: CookieClient, page: Page) => client.send(page.location ?? '', { headers: NAVIGATION })
const refusal = ({ status, headers }: Page) => [status, headers['x-iap-error']]

async function signIn(client: CookieClient, parts: Partial<ResponseParts> = {}): Promise<void> {
  const begun = await begin(client)
  expect((await follow(client, await post(client, answer(begun, parts), begun.state))).status).toBe(302)
}

test('what the proxy asks for', async () => {
  const { xml, id } = await begin(new CookieClient())
  expect(id).toMatch(/^_[\w-]{43}$/)
  expect(xml).toContain(`AssertionConsumerServiceURL="${origin}/.iap/saml/acs/staff"`)
  expect(xml).toContain(`<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${SP}</saml:Issuer>`)
  expect(xml).toContain('Destination="https://home.example/login"')
  expect(xml).not.toMatch(/NameIDPolicy[^>]*Format|RequestedAuthnContext|ForceAuthn/)
})

test('a good answer: no cookie comes with it or from it, and then the browser is signed in', async () => {
  const client = new CookieClient()
  const begun = await begin(client)
  client.set('app.localhost', SESSION, 'a'.repeat(43))
  const page = await post(client, answer(begun), begun.state)
  expect([page.status, page.headers['set-cookie']]).toEqual([303, undefined])
  expect(new URL(page.location ?? '').pathname).toBe('/.iap/saml/received')
  const done = await follow(client, page)
  expect([done.status, done.location]).toEqual([302, `${origin}/users/x`])
  expect(client.cookie(SESSION)).toMatch(/^[\w-]{43}$/)
  expect(client.cookie(SESSION)).not.toBe('a'.repeat(43))
  expect((await client.send(`${origin}/users/x`)).status).toBe(200)
})

describe('answers that count for nothing', () => {
  test('in another browser: the form comes from it, and the session of a stranger is not put on it', async () => {
    const attacker = new CookieClient()
    const victim = new CookieClient()
    const begun = await begin(attacker)
    const page = await post(victim, answer(begun), begun.state)
    const done = await follow(victim, page)
    expect([...refusal(done), victim.names]).toEqual([400, 'login-state', []])
    // Whoever has begun it still may: what the other has only seen is not used up.
    expect((await follow(attacker, page)).status).toBe(302)
  })

  test('in a browser that has begun a login of its own', async () => {
    const attacker = new CookieClient()
    const victim = new CookieClient()
    await begin(victim)
    const begun = await begin(attacker)
    expect(refusal(await follow(victim, await post(victim, answer(begun), begun.state)))).toEqual([400, 'login-state'])
    expect(victim.cookie(SESSION)).toBeUndefined()
  })

  test('a second time: the form, the ticket, the assertion', async () => {
    const client = new CookieClient()
    const begun = await begin(client)
    const xml = answer(begun)
    const page = await post(client, xml, begun.state)
    expect(refusal(await post(client, xml, begun.state))).toEqual([403, 'login-refused'])
    // Another answer to the same request waits, too; one of them is taken.
    const second = await post(client, answer(begun), begun.state)
    const cookie = client.cookiesFor(origin)
    expect((await follow(client, page)).status).toBe(302)
    expect(refusal(await follow(client, page))).toEqual([400, 'login-state'])
    const late = await new CookieClient().send(second.location ?? '', { headers: { ...NAVIGATION, cookie } })
    expect(refusal(late)).toEqual([400, 'login-state'])
    const next = await begin(client)
    expect(refusal(await post(client, xml, next.state))).toEqual([403, 'login-refused'])
    expect(
      refusal(await post(client, answer(next, { assertionId: / ID="(_assertion[^"]*)"/.exec(xml)?.[1] ?? '' }), next.state)),
    ).toEqual([403, 'login-refused'])
    await eventually(() => started.audit().find(({ detail }) => detail?.includes('the SAML assertion was used before')))
  })

  test('two at the same time: one is taken', async () => {
    const client = new CookieClient()
    const begun = await begin(client)
    const pages = await Promise.all([1, 2, 3].map(() => post(client, answer(begun), begun.state)))
    expect(pages.map(({ status }) => status)).toEqual([303, 303, 303])
    const done = await Promise.all(pages.map((page) => follow(client, page)))
    expect(done.map(({ status }) => status).sort()).toEqual([302, 400, 400])
  })

  test.each<[string, (begun: Begun) => [xml: string, state: string], number, string]>([
    ['that nobody has asked for', (begun) => [answer(begun), ''], 400, 'login-state'],
    ['with a path as `RelayState`', (begun) => [answer(begun), '/users/x'], 400, 'login-state'],
    ['with a `RelayState` that is made up', (begun) => [answer(begun), 'a'.repeat(43)], 400, 'login-state'],
    ['with the state of a login alone', (begun) => [answer(begun), begun.state.slice(0, 43)], 400, 'login-state'],
    // It is not even read.
    ['that is no XML, with a `RelayState` that is made up', () => ['ann', 'a'.repeat(73)], 400, 'login-state'],
    ['to another request', (begun) => [answer({ ...begun, id: '_other' }), begun.state], 403, 'login-refused'],
    [
      'of the other provider, by its own key',
      (begun) => [answer(begun, { issuer: other.entityId, keys: other.keys }), begun.state],
      403,
      'login-refused',
    ],
    [
      'of the other provider, in the name of this one',
      (begun) => [answer(begun, { keys: other.keys }), begun.state],
      403,
      'login-refused',
    ],
    ['for another place', (begun) => [answer(begun, {}, 'https://evil.example'), begun.state], 403, 'login-refused'],
    ['that is not signed', (begun) => [answer(begun, { signAssertion: false }), begun.state], 403, 'login-refused'],
    [
      'that says no',
      (begun) => [answer(begun, { status: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed' }), begun.state],
      403,
      'login-refused',
    ],
    ['that is no XML', (begun) => ['ann', begun.state], 403, 'login-refused'],
  ])(
    '%s',
    async (_, make, status, code) => {
      const client = new CookieClient()
      const begun = await begin(client)
      const [xml, state] = make(begun)
      const page = await post(client, xml, state)
      expect([...refusal(page), client.cookie(SESSION)]).toEqual([status, code, undefined])
      // Nobody has used up the login by that.
      expect((await post(client, answer(begun), begun.state)).status).toBe(303)
    },
    60_000,
  )

  test('for a login as the other identity', async () => {
    const client = new CookieClient()
    const begun = await begin(client, 'partner')
    expect(refusal(await post(client, answer(begun), begun.state, origin, 'partner'))).toEqual([403, 'login-refused'])
    const good = answer(begun, { issuer: other.entityId, keys: other.keys })
    expect((await follow(client, await post(client, good, begun.state, origin, 'partner'))).status).toBe(302)
    await client.send(`${origin}/users/y`)
    const record = await eventually(() => started.audit().find(({ path }) => path === '/users/y'))
    expect(record.caller).toMatchObject({ identity: 'partner', subject: 'ann' })
  })

  test('at the address of the other identity, for which each provider answers', async () => {
    const client = new CookieClient()
    const begun = await begin(client)
    const there = answer({ ...begun, identity: 'partner' })
    const page = await post(client, there, begun.state, origin, 'partner')
    expect([400, 403]).toContain(page.status)
    expect(refusal(await post(client, there, begun.state))).toEqual([403, 'login-refused'])
    expect(client.cookie(SESSION)).toBeUndefined()
    const xml = (await client.send(`${origin}/.iap/saml/metadata?with=partner`)).body
    expect(xml).toContain(`${origin}/.iap/saml/acs/partner`)
  })

  test('at another port of the host, and at the address of OpenID providers', async () => {
    const client = new CookieClient()
    const begun = await begin(client)
    const form = { SAMLResponse: Buffer.from(answer(begun)).toString('base64'), RelayState: begun.state }
    const elsewhere = await client.send(`${origin}/.iap/saml/acs/staff`, { form, headers: { host: 'app.localhost:1' } })
    expect(refusal(elsewhere)).toEqual([403, 'login-refused'])
    const callback = await client.send(`${origin}/.iap/callback/staff?code=x&state=${begun.state}`)
    expect(refusal(callback)).toEqual([400, 'login-state'])
  })

  test.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '/.iap/login'])(
    'leads back to %s: to the root of this origin',
    async (returnTo) => {
      const client = new CookieClient()
      const begun = await begin(client, 'staff', returnTo)
      const done = await follow(client, await post(client, answer(begun), begun.state))
      expect(done.location).toBe(`${origin}/`)
    },
  )

  test('what is no form, or has no end', async () => {
    const client = new CookieClient()
    expect(refusal(await client.send(`${origin}/.iap/saml/acs/staff`, { method: 'POST' }))).toEqual([400, 'login-state'])
    const { state } = await begin(client)
    expect(refusal(await post(client, 'x'.repeat(200_000), state))).toEqual([400, 'login-state'])
    expect(refusal(await post(client, 'x'.repeat(80_000), state))).toEqual([403, 'login-refused'])
    expect(refusal(await client.send(`${origin}/.iap/saml/acs/staff`))).toEqual([405, 'page-method'])
  })
})

test('a session lasts no longer than the provider says', async () => {
  const client = new CookieClient()
  await signIn(client, { sessionNotOnOrAfter: Date.now() + 8000 })
  expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 401 ? true : undefined))
})

test('attributes do not stand for what the sign-in says itself', async () => {
  const client = new CookieClient()
  const attributes = ['sub', 'acr', 'auth_time', 'amr', '__proto__'].map((name) => attribute(name, 'urn:gold', 'mfa')).join('')
  await signIn(client, { attributes: attributes + attribute('groups', 'users'), authnInstant: Date.now() - 60_000 })
  const statuses = await Promise.all(
    ['users', 'gold', 'fresh'].map(async (path) => (await client.send(`${origin}/${path}/x`)).status),
  )
  expect(statuses).toEqual([200, 401, 401])
  expect((await client.send(`${origin}/second`)).status).toBe(401)
})

describe('requests to sign somebody out', () => {
  interface Parts {
    readonly id: string
    readonly issuer: string
    readonly destination: string
    readonly issued: number
    readonly nameId: string
    readonly indexes: readonly string[]
    readonly more: string
  }
  let count = 0
  const requestXml = (parts: Partial<Parts> = {}) => {
    const {
      id = `_logout-${++count}`,
      issuer = home.entityId,
      destination = `${origin}/.iap/saml/logout`,
      issued = Date.now(),
      nameId = 'ann',
      indexes = ['one'],
      more = '',
    } = parts
    const all = indexes.map((index) => `<samlp:SessionIndex>${index}</samlp:SessionIndex>`).join('')
    return `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${instant(issued)}" Destination="${destination}"${more}><saml:Issuer>${issuer}</saml:Issuer><saml:NameID>${nameId}</saml:NameID>${all}</samlp:LogoutRequest>`
  }
  const RSA = 'http://www.w3.org/2001/04/xmldsig-more#rsa-'
  const redirected = (xml: string, keys: Certified | null = home.keys, algorithm = 'sha256', relayState = 'back') => {
    const message = encodeURIComponent(deflateRawSync(xml).toString('base64'))
    const unsigned = `SAMLRequest=${message}&RelayState=${relayState}`
    if (keys === null) return `${origin}/.iap/saml/logout?${unsigned}`
    const signed = `${unsigned}&SigAlg=${encodeURIComponent(RSA + algorithm)}`
    const signature = createSign(algorithm).update(signed).sign(keys.key, 'base64')
    return `${origin}/.iap/saml/logout?${signed}&Signature=${encodeURIComponent(signature)}`
  }
  const posted = (xml: string) => ({
    form: { SAMLRequest: Buffer.from(xml).toString('base64') },
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  const stranger = new CookieClient()
  const isIn = async (client: CookieClient) => (await client.send(`${origin}/users/x`)).status === 200

  test('by an address, by a form, of one session, of all', async () => {
    for (const [name, send] of [
      ['redirect', () => stranger.send(redirected(requestXml()))],
      [
        'post',
        () =>
          stranger.send(`${origin}/.iap/saml/logout`, posted(signElement(requestXml(), 'LogoutRequest', { keys: home.keys }))),
      ],
      ['all', () => stranger.send(redirected(requestXml({ indexes: [] })))],
      ['several', () => stranger.send(redirected(requestXml({ indexes: ['two', 'one'] })))],
      ['sha512', () => stranger.send(redirected(requestXml(), home.keys, 'sha512'))],
    ] as const) {
      const client = new CookieClient()
      await signIn(client)
      const page = await send()
      expect([name, page.status, new URL(page.location ?? '').origin]).toEqual([name, 303, 'https://home.example'])
      expect([name, await isIn(client)]).toEqual([name, false])
    }
  })

  test('the answer is signed, to the request, with its `RelayState`', async () => {
    const { location } = await stranger.send(redirected(requestXml({ id: '_of-this' })))
    const url = new URL(location ?? '')
    const xml = inflateRawSync(Buffer.from(url.searchParams.get('SAMLResponse') ?? '', 'base64')).toString()
    expect(xml).toContain('InResponseTo="_of-this"')
    expect(xml).toContain('status:Success')
    expect([url.searchParams.get('RelayState'), url.searchParams.get('SigAlg')]).toEqual(['back', `${RSA}sha256`])
    expect(url.searchParams.has('Signature')).toBe(true)
  })

  test('of somebody else: whoever has another name or session stays', async () => {
    const client = new CookieClient()
    await signIn(client)
    for (const xml of [
      requestXml({ nameId: 'bob' }),
      requestXml({ indexes: ['two'] }),
      requestXml({ nameId: 'bob', indexes: [] }),
    ])
      expect((await stranger.send(redirected(xml))).status).toBe(303)
    expect((await stranger.send(redirected(requestXml({ issuer: other.entityId }), other.keys))).status).toBe(303)
    expect(await isIn(client)).toBe(true)
  })

  test.each<[string, () => Promise<Page>, RegExp]>([
    ['not signed', () => stranger.send(redirected(requestXml(), null)), /not signed/],
    ['not signed, in a form', () => stranger.send(`${origin}/.iap/saml/logout`, posted(requestXml())), /not signed/],
    ['signed by a stranger', () => stranger.send(redirected(requestXml(), samlKeys())), /not that of the provider/],
    ['signed by the other provider', () => stranger.send(redirected(requestXml(), other.keys)), /not that of the provider/],
    ['signed by SHA-1', () => stranger.send(redirected(requestXml(), home.keys, 'sha1')), /algorithm that is not allowed/],
    [
      'of a provider that nobody knows',
      () => stranger.send(redirected(requestXml({ issuer: 'https://evil.example' }))),
      /no identity/,
    ],
    ['for another place', () => stranger.send(redirected(requestXml({ destination: 'https://evil.example' }))), /`Destination`/],
    ['from long ago', () => stranger.send(redirected(requestXml({ issued: Date.now() - 3_600_000 }))), /`IssueInstant`/],
    ['from the future', () => stranger.send(redirected(requestXml({ issued: Date.now() + 3_600_000 }))), /`IssueInstant`/],
    [
      'that has expired',
      () => stranger.send(redirected(requestXml({ more: ` NotOnOrAfter="${instant(Date.now() - 3_600_000)}"` }))),
      /expired/,
    ],
    [
      'with another `RelayState` than was signed',
      () => stranger.send(redirected(requestXml()).replace('RelayState=back', 'RelayState=x')),
      /not that of the provider/,
    ],
    ['with two messages', () => stranger.send(`${redirected(requestXml())}&SAMLRequest=x`), /not one|repeated/],
    ['with a signature twice', () => stranger.send(`${redirected(requestXml())}&Signature=x`), /repeated/],
    [
      'whose form was changed',
      () =>
        stranger.send(
          `${origin}/.iap/saml/logout`,
          posted(signElement(requestXml({ nameId: 'bob' }), 'LogoutRequest', { keys: home.keys }).replace('>bob<', '>ann<')),
        ),
      /not that of the provider/,
    ],
    [
      'with a comment',
      () =>
        stranger.send(
          `${origin}/.iap/saml/logout`,
          posted(signElement(requestXml(), 'LogoutRequest', { keys: home.keys }).replace('>ann<', '>an<!-- -->n<')),
        ),
      /comment/,
    ],
    ['with a bomb', () => stranger.send(redirected(requestXml() + ' '.repeat(5_000_000))), /too long/],
    [
      'that is none',
      () => stranger.send(redirected(answer({ identity: 'staff', id: '_x', state: '', xml: '' }))),
      /not a `LogoutRequest`/,
    ],
    ['nothing', () => stranger.send(`${origin}/.iap/saml/logout`), /not one `SAMLRequest`/],
  ])(
    'a logout request %s',
    async (_, send, reason) => {
      const client = new CookieClient()
      await signIn(client)
      const before = started.audit().length
      const page = await send()
      expect(refusal(page)).toEqual([400, 'logout-request'])
      const isSaid = ({ path, detail }: AuditRecord) => path === '/.iap/saml/logout' && reason.test(detail ?? '')
      await eventually(() => started.audit().slice(before).find(isSaid), `no record says ${reason}`)
      expect(await isIn(client)).toBe(true)
    },
    60_000,
  )

  test('between the form and the browser that comes for it', async () => {
    const client = new CookieClient()
    const begun = await begin(client)
    const page = await post(client, answer(begun), begun.state)
    expect((await stranger.send(redirected(requestXml()))).status).toBe(303)
    expect(refusal(await follow(client, page))).toEqual([400, 'login-state'])
  })

  test('a second time', async () => {
    const address = redirected(requestXml())
    expect((await stranger.send(address)).status).toBe(303)
    expect(refusal(await stranger.send(address))).toEqual([400, 'logout-request'])
  })

  test('an answer says nothing to the proxy, and the person sees that it is over', async () => {
    const page = await stranger.send(`${origin}/.iap/saml/logout?SAMLResponse=x`)
    expect([page.status, page.location]).toEqual([303, `${origin}/.iap/signed-out`])
  })
})

test('two providers side by side, of which a person chooses', async () => {
  const client = new CookieClient()
  const page = await client.open(`${origin}/users/x`)
  expect([page.status, page.url.pathname]).toEqual([200, '/.iap/login'])
  for (const text of ['staff', 'partner', 'home.example', 'other.example']) expect(page.body).toContain(text)
  // Of two, it must be said which.
  expect((await client.send(`${origin}/.iap/saml/metadata`)).status).toBe(404)
  const { body } = await client.send(`${origin}/.iap/saml/metadata?with=staff`)
  expect(body).toContain(readFileSync(join(stage.stage.folder, 'saml.pem'), 'utf8').replace(/-----[^-]+-----|\s/g, ''))
})
