/** Signing in and out at a SAML provider of another code base (samlify), as it goes: with one worker, and with two that take connections in turn. */
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { type SamlifyProvider, startSamlify } from '../support/samlify-provider.ts'
import { eventually } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSaml, type SamlStage, type StartedSaml } from './start-saml.ts'

let stage: SamlStage
let provider: SamlifyProvider

beforeAll(async () => {
  stage = await openSaml()
  provider = await startSamlify()
  provider.accounts.set('ann', { mail: ['ann@desk.example'], memberOf: ['users'] })
  provider.accounts.set('root', { mail: ['root@desk.example'], memberOf: ['users', 'admins'] })
})

afterAll(async () => {
  await stage?.close()
  await provider?.close()
})

const SESSION = 'iap-session'

/** From a page of the service to its end, through the provider's pages. */
async function signIn(client: CookieClient, address: string, account = 'ann'): Promise<Page> {
  const page = await client.submit(await client.open(address), { account })
  return await client.submit(page)
}

/** If the provider does not do what it is asked for, it is asked once more, with `ForceAuthn`. */
async function signInTwice(client: CookieClient, address: string): Promise<Page> {
  const page = await signIn(client, address)
  return page.url.origin === new URL(address).origin ? page : await client.submit(await client.submit(page, { account: 'ann' }))
}

/** The proxy says itself what the provider is to know of it. */
async function start(options: Parameters<SamlStage['start']>[1]): Promise<StartedSaml> {
  const started = await stage.start(provider.metadata, options)
  const { status, body, headers } = await new CookieClient().send(`${started.origin}/.iap/saml/metadata`)
  expect([status, headers['content-type']]).toEqual([200, 'application/samlmetadata+xml'])
  provider.meet(body)
  return started
}

describe.each(WORKERS)('with %d workers', (workers) => {
  let started: StartedSaml
  let origin: string
  beforeAll(async () => {
    started = await start({ workers, lives: 'stage' })
    origin = started.origin
  })
  beforeEach(() => {
    provider.login = { contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password', authenticated: Date.now }
    provider.loggedOut.length = 0
  })

  test('a page leads to the provider, and back to the page', async () => {
    const client = new CookieClient()
    const first = await client.send(`${origin}/users/x?a=1&b=%2F`, { headers: NAVIGATION })
    expect([first.status, new URL(first.location ?? '').pathname]).toEqual([302, '/login'])
    const parameters = [...new URL(first.location ?? '').searchParams.keys()]
    expect(parameters).toEqual(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature'])
    client.forget()
    const page = await signIn(client, `${origin}/users/x?a=1&b=%2F`)
    expect([page.status, page.url.href]).toEqual([200, `${origin}/users/x?a=1&b=%2F`])
    expect(provider.asked).toEqual({ forceAuthn: false, contexts: [] })
    expect(client.names).toEqual([SESSION])
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/${i}`)).status).toBe(200)
    expect((await client.send(`${origin}/admin/x`)).status).toBe(403)
    const record = await eventually(() => started.audit().find(({ path, status }) => path === '/users/3' && status === 200))
    expect(record.caller).toEqual({ identity: 'staff', subject: 'ann', credential: expect.stringMatching(/^[\w-]{22}$/) })
    const { body } = await client.open(`${origin}/.iap/me`)
    for (const text of ['staff', 'ann', new URL(provider.entityId).host]) expect(body).toContain(text)
    expect((await signIn(new CookieClient(), `${origin}/admin/x`, 'root')).status).toBe(200)
  })

  test('two tabs, each to its page', async () => {
    const client = new CookieClient()
    const one = await client.open(`${origin}/users/one`)
    const two = await client.open(`${origin}/users/two`)
    expect((await client.submit(await client.submit(two, { account: 'ann' }))).url.pathname).toBe('/users/two')
    expect((await client.submit(await client.submit(one, { account: 'ann' }))).url.pathname).toBe('/users/one')
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('signing out ends it here, there, and in every worker', async () => {
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    const handle = client.cookie(SESSION) ?? ''
    const end = await client.submit(await client.open(`${origin}/.iap/logout`))
    // The provider has sent the browser back.
    expect([end.status, end.url.href]).toEqual([200, `${origin}/.iap/signed-out`])
    expect(provider.loggedOut).toEqual(['request ann'])
    client.set('app.localhost', SESSION, handle)
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(401)
  })

  test('signed out there, it is over here, and so is what was open', async () => {
    const client = new CookieClient()
    const other = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    await signIn(other, `${origin}/users/x`, 'root')
    stage.serve = ({ url }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: begun\n\n')
      if (!url?.includes('stream')) response.end()
    }
    const streams = [1, 2, 3].map(() => streamOf(`${origin}/users/stream`, client))
    await Promise.all(streams.map(({ begun }) => begun))
    // Any browser may bring it: it is signed.
    const page = await new CookieClient().open(provider.logoutAddress('ann', 'session-of-ann'))
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('Signed out')])
    expect(provider.loggedOut).toEqual(['response'])
    await Promise.all(streams.map(({ ended }) => ended))
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(401)
    expect((await other.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('a stronger and a fresher sign-in, and back to the page', async () => {
    const client = new CookieClient()
    provider.login.authenticated = () => Date.now() - 60_000
    await signIn(client, `${origin}/users/x`)
    provider.login = { contextClass: 'urn:gold', authenticated: Date.now }
    const page = await signIn(client, `${origin}/gold/x`)
    expect(provider.asked).toEqual({ forceAuthn: false, contexts: ['urn:gold'] })
    expect([page.status, page.url.pathname]).toEqual([200, '/gold/x'])
    expect((await client.send(`${origin}/fresh/x`)).status).toBe(200)
    provider.login.contextClass = 'https://refeds.org/profile/mfa'
    expect((await signIn(client, `${origin}/second`)).status).toBe(200)
    expect(provider.asked?.contexts).toContain('https://refeds.org/profile/mfa')
  })

  test('a provider that does not deliver: a page, and no loop', async () => {
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    for (const [path, login] of [
      ['/gold/x', { contextClass: 'urn:silver', authenticated: Date.now }],
      ['/second', { contextClass: 'mfa-of-ours', authenticated: Date.now }],
      ['/gold/x', { contextClass: 'urn:gold ', authenticated: () => Date.now() - 3_600_000 }],
    ] as const) {
      provider.login = login
      const page = await signInTwice(client, `${origin}${path}`)
      // The white space around a class is not of it; how long ago is a matter of `fresh`.
      expect([page.status, page.headers['x-iap-error']]).toEqual(
        login.contextClass === 'urn:gold ' ? [200, undefined] : [403, 'step-up-failed'],
      )
    }
    const page = await signInTwice(client, `${origin}/fresh/x`)
    expect(provider.asked).toMatchObject({ forceAuthn: true })
    expect([page.status, page.headers['x-iap-error']]).toEqual([403, 'step-up-failed'])
  })
})

test('a response that is signed besides, where that is asked for; requests that are not', async () => {
  const signing = await startSamlify({ messageSigned: true })
  try {
    signing.accounts.set('ann', { memberOf: ['users'] })
    const options = { identity: 'attributes: { groups: [memberOf] }, responseSigned: true' }
    const { origin } = await stage.start(signing.metadata, options)
    signing.meet((await new CookieClient().send(`${origin}/.iap/saml/metadata`)).body)
    const client = new CookieClient()
    expect((await signIn(client, `${origin}/users/x`)).status).toBe(200)
    // What is not signed, no provider takes: it ends here alone.
    const end = await client.submit(await client.open(`${origin}/.iap/logout`))
    expect([end.url.pathname, signing.loggedOut]).toEqual(['/.iap/signed-out', []])
  } finally {
    await signing.close()
  }
})

test('a provider whose file is changed: its new key counts, and the old one no longer', async () => {
  const next = await startSamlify()
  try {
    const { origin, proxy } = await start({})
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    // The same provider, and other keys.
    const keys = /<KeyDescriptor[\s\S]*?<\/KeyDescriptor>/g
    const [key = ''] = next.metadata.match(keys) ?? []
    stage.write(provider.metadata.replaceAll(keys, key))
    await proxy.line(/new metadata of an identity provider is active/)
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
    const refused = await signIn(new CookieClient(), `${origin}/users/x`)
    expect([refused.status, refused.headers['x-iap-error']]).toEqual([403, 'login-refused'])
    stage.write('<nothing/>')
    await proxy.line(/the previous one stays active: .*is not the metadata of a SAML identity provider/)
    stage.write(provider.metadata)
    await eventually(async () => ((await signIn(new CookieClient(), `${origin}/users/x`)).status === 200 ? true : undefined))
  } finally {
    await next.close()
  }
})

/** Settled when its first words have come, and when it was cut. */
function streamOf(address: string, client: CookieClient): { readonly begun: Promise<void>; readonly ended: Promise<void> } {
  const { port, host, pathname } = new URL(address)
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const begun = new Promise<void>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path: pathname, headers: { host, cookie: client.cookiesFor(address) } })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      response.on('error', () => {})
      response.on('close', end)
      response.once('data', () => resolve())
    })
    outgoing.end()
  })
  return { begun, ended }
}
