import { connect } from 'node:net'
import { waitFor } from '../support/start-proxy.ts'
import { ACCESS_TOKEN, PASSWORD } from './realm.ts'
import { expectStatus, idOf, type SignedIn, type Stage, signedIn, statusFor, told, within } from './stage.ts'

/** Milliseconds in which a stream has to end after the account was disabled: the access token's time, and what its refresh may take. */
const STREAM_ENDS = ACCESS_TOKEN * 1000 + 30_000

/** Forms of Keycloak in one sign-in: a level each, and one if the proxy asks for a new sign-in. */
const MOST_FORMS = 3

/** People at a browser: OpenID Connect. */
export async function checkSignIn(stage: Stage): Promise<void> {
  const { run, keycloak, origin } = stage
  const home = `${origin('app')}/`

  await run.check('sign-in: the code flow ends at the page that was asked for', async () => {
    const { client, page } = await signedIn(home, 'ann')
    expectStatus(page, 200)
    const me = await client.send(`${home}.iap/me`)
    if (!me.body.includes('staff')) throw new Error(`expected the identity at /.iap/me, got ${told(me)}`)
    if (page.body.includes('iap-session')) throw new Error("the service was sent the session's cookie")
  })

  await run.check('step-up: a rule asks for the second level, and Keycloak for the password once more', async () => {
    const { client } = await signedIn(home, 'ann')
    let page = await client.open(`${home}gold`)
    let forms = 0
    for (; forms < MOST_FORMS && page.body.includes('name="password"'); forms++)
      page = await client.submit(page, { username: 'ann', password: PASSWORD })
    if (forms === 0 || page.url.href !== `${home}gold`)
      throw new Error(`expected /gold after a form, got ${forms} and ${told(page)}`)
    expectStatus(page, 200)
    run.say(`      Keycloak asked for the password ${forms} times`)
    expectStatus(await client.open(`${home}gold`), 200)
  })

  await run.check("refresh: after the access token's time Keycloak is asked again, and the session goes on", async () => {
    const session = await signedIn(home, 'ann')
    const id = await idOf(stage, 'ann')
    await waitFor(async () => {
      expectStatus(await session.client.send(home), 200)
      const events = (await keycloak.admin('GET', `events?type=REFRESH_TOKEN&user=${id}&max=1`)) as readonly unknown[]
      return events.length > 0 ? true : undefined
    }, 'Keycloak was not asked to refresh')
    if ((await statusFor(session, home)) !== 200) throw new Error('the session has ended')
  })

  await run.check('back-channel logout: of two sessions of a person the one that is signed out ends', async () => {
    const both = [await signedIn(home, 'bob'), await signedIn(home, 'bob')]
    const sessions = (await keycloak.admin('GET', `users/${await idOf(stage, 'bob')}/sessions`)) as readonly { id: string }[]
    if (sessions.length !== 2) throw new Error(`expected 2 sessions at Keycloak, got ${sessions.length}`)
    await keycloak.admin('DELETE', `sessions/${sessions[0]?.id}`)
    const statuses = async () => (await Promise.all(both.map((one) => statusFor(one, home)))).sort().join()
    await waitFor(async () => ((await statuses()) === '200,401' ? true : undefined), 'neither session has ended')
  })

  await run.check('back-channel logout: all sessions of a person end', async () => {
    const all = [await signedIn(home, 'cem'), await signedIn(home, 'cem')]
    await keycloak.admin('POST', `users/${await idOf(stage, 'cem')}/logout`, {})
    for (const one of all) await ends(one, home)
  })

  await run.check('sign-out: the session ends here and at Keycloak', async () => {
    const { client } = await signedIn(home, 'dan')
    const page = await client.submit(await client.open(`${home}.iap/logout`))
    expectStatus(page, 200)
    const next = await client.open(home)
    if (!next.body.includes('kc-form-login')) throw new Error(`expected Keycloak's form, got ${told(next)}`)
  })

  await run.check('disabled account: an open stream ends, and so does the session', async () => {
    const session = await signedIn(home, 'eve')
    const id = await idOf(stage, 'eve')
    const stream = await openStream(`${home}stream`, session.client.cookiesFor(home))
    const user = (await keycloak.admin('GET', `users/${id}`)) as object
    await keycloak.admin('PUT', `users/${id}`, { ...user, enabled: false })
    await within(STREAM_ENDS, 'the end of the stream', stream.ended)
    if ((await statusFor(session, home)) !== 401) throw new Error('the session goes on')
  })
}

async function ends(session: SignedIn, address: string): Promise<void> {
  await waitFor(async () => ((await statusFor(session, address)) === 401 ? true : undefined), 'the session goes on')
}

/** A request whose answer goes on. Resolves when it has begun. */
async function openStream(address: string, cookie: string): Promise<{ readonly ended: Promise<void> }> {
  const { port, host, pathname } = new URL(address)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const begun = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      const text = String(chunk)
      if (text.includes('data: begun')) resolve()
      else if (/^HTTP\/1\.1 (?!200)/.test(text)) reject(new Error(`expected a stream, got ${text.slice(0, 100)}`))
    })
    socket.once('close', () => reject(new Error('the stream has not begun')))
  })
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`)
  await within(10_000, 'the beginning of the stream', begun)
  return { ended }
}
