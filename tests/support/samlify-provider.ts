import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } from 'samlify'
import { escapeHtml, instant, samlKeys } from './saml.ts'

/** A SAML provider of the npm package samlify over real HTTP, whose login page takes anybody at their word. */
export interface SamlifyProvider {
  readonly entityId: string
  /** What it says of itself. */
  readonly metadata: string
  /** Attributes of an account. A test may change it. */
  readonly accounts: Map<string, Record<string, readonly string[]>>
  /** What a login says of how it was done: a test may change it. */
  login: { contextClass: string; authenticated: () => number }
  /** What it was asked for last: of an `AuthnRequest`, by samlify. */
  asked: { readonly forceAuthn: boolean; readonly contexts: readonly string[] } | null
  /** Messages about signing out that it has got and taken: `request`, `response`. */
  readonly loggedOut: string[]
  /** The service provider, as its metadata has it. */
  meet(metadata: string): void
  /** An address at which a browser brings the proxy that somebody has signed out here. */
  logoutAddress(nameId: string, sessionIndex: string): string
  close(): Promise<void>
}

const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:'
setSchemaValidator({ validate: async () => 'not looked at' })

export async function startSamlify({ messageSigned = false } = {}): Promise<SamlifyProvider> {
  const keys = samlKeys()
  const server = createServer((request, response) => void respond(request, response).catch((error) => fail(response, error)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const entityId = `${origin}/metadata`
  const services = [
    { Binding: `${BINDING}HTTP-Redirect`, Location: `${origin}/login` },
    { Binding: `${BINDING}HTTP-POST`, Location: `${origin}/login` },
  ]
  const logout = [{ Binding: `${BINDING}HTTP-Redirect`, Location: `${origin}/logout` }]
  const settings = {
    entityID: entityId,
    privateKey: keys.key,
    signingCert: keys.cert,
    singleSignOnService: services,
    singleLogoutService: logout,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
  }
  let idp = IdentityProvider(settings)
  let sp: ReturnType<typeof ServiceProvider> | null = null
  /** Where it sends its answers. */
  let target = ''
  let sessions = 0

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', origin)
    if (sp === null) throw new Error('it knows no service provider')
    const query = Object.fromEntries(url.searchParams)
    const octetString = url.search.slice(1).replace(/&Signature=.*$/, '')
    if (url.pathname === '/logout') {
      const kind = url.searchParams.has('SAMLRequest') ? 'request' : 'response'
      if (kind === 'response') {
        await idp.parseLogoutResponse(sp, 'redirect', { query, octetString })
        made.loggedOut.push(kind)
        return page(response, '<h1>Signed out</h1>')
      }
      const parsed = await idp.parseLogoutRequest(sp, 'redirect', { query, octetString })
      made.loggedOut.push(`${kind} ${parsed.extract.nameID}`)
      const { context } = idp.createLogoutResponse(sp, parsed as never, 'redirect', query.RelayState ?? '')
      return void response.writeHead(302, { location: context }).end()
    }
    if (request.method !== 'POST') {
      const { samlContent } = await idp.parseLoginRequest(sp, 'redirect', { query, octetString })
      made.asked = {
        forceAuthn: /ForceAuthn="true"/.test(samlContent),
        contexts: [...samlContent.matchAll(/<[^/>]*AuthnContextClassRef[^>]*>([^<]*)</g)].map(([, text]) => text ?? ''),
      }
      return page(response, `<h1>Sign in</h1><form method="post"><input name="account" autofocus><button>Sign in</button></form>`)
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const account = new URLSearchParams(text).get('account') ?? ''
    const parsed = await idp.parseLoginRequest(sp, 'redirect', { query, octetString })
    const answer = await idp.createLoginResponse(sp, parsed as never, 'post', { email: account }, (template: string) => ({
      id: '',
      context: SamlLib.replaceTagsByValue(
        template.replace('{AuthnStatement}', authenticated(account)).replace('{AttributeStatement}', attributes(account)),
        tags(parsed.extract.request as never, account),
      ),
    }))
    const fields = { SAMLResponse: answer.context, RelayState: query.RelayState ?? '' }
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
    )
    page(
      response,
      `<form method="post" action="${escapeHtml(target)}">${inputs.join('')}<button>Go on</button></form><script>document.forms[0].submit()</script>`,
    )
  }

  function tags({ id }: { readonly id: string }, account: string): Record<string, string> {
    const now = Date.now()
    return {
      ID: `_r${now}-${++sessions}`,
      AssertionID: `_a${now}-${sessions}`,
      Destination: target,
      SubjectRecipient: target,
      Audience: sp?.entityMeta.getEntityID() ?? '',
      Issuer: entityId,
      IssueInstant: instant(now),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      ConditionsNotBefore: instant(now),
      ConditionsNotOnOrAfter: instant(now + 60_000),
      SubjectConfirmationDataNotOnOrAfter: instant(now + 60_000),
      NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      NameID: account,
      InResponseTo: id,
    }
  }

  function authenticated(account: string): string {
    const { contextClass, authenticated } = made.login
    return `<saml:AuthnStatement AuthnInstant="${instant(authenticated())}" SessionIndex="session-of-${account}"><saml:AuthnContext><saml:AuthnContextClassRef>${contextClass}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
  }

  function attributes(account: string): string {
    const all = Object.entries(made.accounts.get(account) ?? {}).map(([name, values]) => {
      const texts = values.map((value) => `<saml:AttributeValue xsi:type="xs:string">${escapeHtml(value)}</saml:AttributeValue>`)
      return `<saml:Attribute Name="${name}">${texts.join('')}</saml:Attribute>`
    })
    return all.length === 0 ? '' : `<saml:AttributeStatement>${all.join('')}</saml:AttributeStatement>`
  }

  const made: SamlifyProvider = {
    entityId,
    metadata: idp.getMetadata(),
    accounts: new Map(),
    login: { contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport', authenticated: Date.now },
    asked: null,
    loggedOut: [],
    meet(metadata) {
      // Whether requests are to be signed, both must say.
      idp = IdentityProvider({ ...settings, wantAuthnRequestsSigned: metadata.includes('AuthnRequestsSigned="true"') })
      sp = ServiceProvider({
        metadata,
        wantMessageSigned: messageSigned,
        wantLogoutRequestSigned: true,
        wantLogoutResponseSigned: true,
      })
      target = /AssertionConsumerService[^>]* Location="([^"]*)"/.exec(metadata)?.[1] ?? ''
    },
    logoutAddress(nameId, sessionIndex) {
      if (sp === null) throw new Error('it knows no service provider')
      return idp.createLogoutRequest(sp, 'redirect', { logoutNameID: nameId, sessionIndex } as never, 'back').context
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return made
}

function page(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Provider</title>${body}`)
}

function fail(response: ServerResponse, error: unknown): void {
  response.writeHead(500).end(String(error))
}
