import { CookieClient, type Page } from '../../tests/support/cookie-client.ts'
import { waitFor } from '../support/start-proxy.ts'
import { expectStatus, type Stage, signIn, statusFor, told } from './stage.ts'

/** Registers the proxy at Keycloak by its own metadata, as an operator does. */
export async function registerSaml({ keycloak, origin }: Stage): Promise<void> {
  const page = await new CookieClient().send(`${origin('desk')}/.iap/saml/metadata?with=partner`)
  expectStatus(page, 200)
  const client = (await keycloak.admin('POST', 'client-description-converter', page.body, 'application/xml')) as Record<
    string,
    unknown
  >
  const attributes = client.attributes as Readonly<Record<string, string>>
  const more = { 'saml.assertion.signature': 'true', 'saml.encrypt': 'false', 'saml.signature.algorithm': 'RSA_SHA256' }
  await keycloak.admin('POST', 'clients', { ...client, frontchannelLogout: true, attributes: { ...attributes, ...more } })
}

/** People at a browser: SAML, both ways. */
export async function checkSaml({ run, keycloak, origin }: Stage): Promise<void> {
  const desk = `${origin('desk')}/`

  await run.check('SAML: sign-in that the proxy begins', async () => {
    const { client } = await signInBySaml(desk, 'ann')
    const me = await client.send(`${desk}.iap/me`)
    if (!me.body.includes('partner')) throw new Error(`expected the identity at /.iap/me, got ${told(me)}`)
  })

  await run.check('SAML: sign-out that the proxy begins ends the session at Keycloak', async () => {
    const { client } = await signInBySaml(desk, 'bob')
    const page = await leadOn(client, await client.submit(await client.open(`${desk}.iap/logout`)))
    expectStatus(page, 200)
    const next = await client.open(desk)
    if (!next.body.includes('kc-form-login')) throw new Error(`expected Keycloak's form, got ${told(next)}`)
  })

  await run.check('SAML: sign-out that Keycloak begins ends the session here', async () => {
    const signedIn = await signInBySaml(desk, 'cem')
    const { client } = signedIn
    const asked = await client.open(`${keycloak.issuer}/protocol/openid-connect/logout`)
    await leadOn(client, await client.submit(asked, { confirmLogout: 'Logout' }))
    await waitFor(async () => ((await statusFor(signedIn, desk)) === 401 ? true : undefined), 'the session goes on')
  })

  await run.check('SAML: an answer that nobody has asked for signs nobody in', async () => {
    const client = new CookieClient()
    const form = await client.open(`${keycloak.issuer}/protocol/saml?SAMLRequest=`)
    if (form.status < 400) throw new Error(`expected a refusal of Keycloak, got ${told(form)}`)
    const page = await client.send(`${desk}.iap/saml/acs/partner`, {
      form: { SAMLResponse: Buffer.from('<Response/>').toString('base64') },
      headers: { 'sec-fetch-site': 'cross-site', origin: new URL(keycloak.issuer).origin },
    })
    expectStatus(page, 400, 'login-state')
  })
}

async function signInBySaml(address: string, username: string): Promise<{ readonly client: CookieClient; readonly page: Page }> {
  const { client, page } = await signIn(address, username)
  const last = await leadOn(client, page)
  expectStatus(last, 200)
  return { client, page: last }
}

/** Sends the forms that Keycloak's pages send by themselves. */
async function leadOn(client: CookieClient, page: Page): Promise<Page> {
  let next = page
  for (let i = 0; i < 5 && /name="SAML(?:Request|Response)"/i.test(next.body); i++) next = await client.submit(next)
  return next
}
