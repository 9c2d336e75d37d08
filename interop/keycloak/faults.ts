import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NAVIGATION } from '../../tests/support/cookie-client.ts'
import { InteropRun } from '../support/interop-run.ts'
import { startProxy, waitFor } from '../support/start-proxy.ts'
import { browser, expectStatus, type Stage, signedIn, signIn, statusFor, within } from './stage.ts'

/** Milliseconds that an answer may take while Keycloak says nothing: one question to it has five seconds. */
const BOUND = 8000
/** The same, right after a request that has waited. */
const NEXT = 3000

/** A wrong secret, and a Keycloak that hangs. */
export async function checkFaults(stage: Stage): Promise<void> {
  const { run, keycloak, proxy, origin } = stage
  const home = `${origin('app')}/`

  await run.check(
    'wrong secret: the page says that sign-in is misconfigured, and the log names the error of Keycloak',
    async () => {
      const other = new InteropRun('keycloak-secret')
      run.defer(() => other.cleanUp())
      const file = (name: string) => join(run.scratch, name)
      for (const name of ['api', 'exchange', 'saml.pem', 'saml.key', 'idp.xml']) cpSync(file(name), join(other.scratch, name))
      writeFileSync(join(other.scratch, 'browser'), 'another secret than that of Keycloak', { mode: 0o600 })
      const port = new URL(home).port
      // The redirect URI is that of the other proxy: the code comes there by hand.
      const [config = ''] = readFileSync(file('iap.yaml'), 'utf8').split('\nbundle:')
      const wrong = await startProxy(other, {
        policy: readFileSync(file('policy.iap'), 'utf8'),
        config: config.replace(`127.0.0.1:${port}`, '127.0.0.1:0'),
      })
      const wrongHome = home.replace(port, String(wrong.ports[0]))
      await allow(stage, wrongHome)
      const { page } = await signIn(wrongHome, 'ann')
      expectStatus(page, 500, 'login-misconfigured')
      // Keycloak has the one for a wrong secret, and the other for a client that it does not know.
      if (!/(?:unauthorized|invalid)_client/.test(wrong.log()))
        throw new Error(`expected Keycloak's error in the log, got ${wrong.log().slice(-1000)}`)
    },
  )

  const session = await signedIn(home, 'ann')
  keycloak.hang()
  try {
    await run.check(
      'hung Keycloak: answers are bounded, unknown tokens get 503, sessions go on, the proxy is ready',
      async () => {
        const unknown = { headers: { authorization: 'Bearer unknown-while-it-hangs' } }
        const token = await within(BOUND, 'the answer to an unknown token', browser().send(`${origin('api')}/`, unknown))
        expectStatus(token, 503, 'identity-provider-unavailable')
        expectStatus(await within(BOUND, 'the answer to a session', session.client.send(home)), 200)
        await within(BOUND, 'the answer to who would sign in', browser().send(home, { headers: NAVIGATION }))
        const health = await within(1000, 'readiness', fetch(`${proxy.admin}/readyz`))
        if (!health.ok) throw new Error(`expected 200 of /readyz, got ${health.status}`)
      },
    )
    await run.check('hung Keycloak: after a request of a session has waited the next ones do not', async () => {
      for (let i = 0; i < 4; i++)
        expectStatus(await within(i === 0 ? BOUND : NEXT, `the answer to request ${i + 1}`, session.client.send(home)), 200)
    })
  } finally {
    keycloak.goOn()
  }

  await run.check('hung Keycloak: when it goes on, so do sign-ins and sessions', async () => {
    await waitFor(async () => ((await statusFor(session, home)) === 200 ? true : undefined), 'the session has ended')
    await waitFor(
      async () =>
        await signIn(home, 'dan').then(
          ({ page }) => (page.status === 200 ? true : undefined),
          () => undefined,
        ),
      'nobody can sign in',
    )
  })
}

/** Lets Keycloak lead back to another proxy, too. */
async function allow({ keycloak }: Stage, home: string): Promise<void> {
  const [client] = (await keycloak.admin('GET', 'clients?clientId=browser')) as readonly {
    id: string
    redirectUris: readonly string[]
  }[]
  if (client === undefined) throw new Error('Keycloak has no client `browser`')
  await keycloak.admin('PUT', `clients/${client.id}`, { ...client, redirectUris: [...client.redirectUris, `${home}*`] })
}
