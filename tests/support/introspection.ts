import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OAuth2Config, OAuthClient } from '../../runtime/identity/index.ts'
import { authenticateClient, DEFAULT_MFA } from '../../runtime/identity/index.ts'

export interface Asked {
  readonly form: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

type Answering = object | string | ((response: ServerResponse, asked: Asked) => void)

/** An authorization server that is asked about tokens (RFC 7662), over real HTTP, and says whatever a test wants. */
export interface TestIntrospection {
  readonly issuer: string
  readonly url: string
  /** Every question, oldest first. */
  readonly asked: readonly Asked[]
  /** Of a token: an object as JSON, a text as it stands there, or a function. Of others it says that they are not active. */
  answer(token: string, answering: Answering): void
  close(): Promise<void>
}

export async function startIntrospection(): Promise<TestIntrospection> {
  const answers = new Map<string, Answering>()
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const question = { form: new URLSearchParams(body), headers: request.headers }
    asked.push(question)
    const answering = answers.get(question.form.get('token') ?? '') ?? { active: false }
    if (typeof answering === 'function') return answering(response, question)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(typeof answering === 'string' ? answering : JSON.stringify(answering))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    url: `${issuer}/introspect`,
    asked,
    answer: (token, answering) => void answers.set(token, answering),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export function oauth2Of(
  { issuer, url }: Pick<TestIntrospection, 'issuer' | 'url'>,
  changes: Partial<OAuth2Config> = {},
): OAuth2Config {
  return {
    issuer,
    audience: [],
    introspection: url,
    clientId: 'iap',
    client: { kind: 'secret', secret: { env: 'NONE' } },
    tls: null,
    prefix: null,
    cache: 60_000,
    clockSkew: 30_000,
    dpop: { required: false, nonce: false },
    mfa: DEFAULT_MFA,
    ...changes,
  }
}

/** A client with a secret. */
export function testClient(): OAuthClient {
  return {
    fetch: globalThis.fetch,
    mutualTls: false,
    authenticate: authenticateClient('iap', { kind: 'secret', secret: () => 'a secret of the tests' }, Date.now),
    distrusted: () => {},
  }
}
