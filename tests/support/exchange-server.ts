import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { METADATA_PATH, startTestIssuer, type TestIssuer } from './test-issuer.ts'

/** What the token endpoint was asked. */
export interface AskedExchange {
  readonly form: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** An issuer of access tokens that exchanges them (RFC 8693), and looks at every parameter as the RFC has it. */
export interface ExchangeServer extends TestIssuer {
  /** In the order in which they came. */
  readonly asked: readonly AskedExchange[]
  /** In place of a token: an object is the answer, a function answers. Null: a token. A test may change it. */
  instead: ((response: ServerResponse) => void) | object | null
  /** What a token is good for, in seconds; null: it is not said. */
  expiresIn: number | null
}

export const EXCHANGE_CLIENT = { id: 'iap', secret: 'the secret of the exchanging client' }
const TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** @param knows what may stand in `audience`, `resource` and `scope`, as one text each */
export async function startExchangeServer(knows: {
  readonly audience?: readonly string[]
  readonly resource?: readonly string[]
  readonly scope?: string
}): Promise<ExchangeServer> {
  const issuer = await startTestIssuer()
  const asked: AskedExchange[] = []
  issuer.answer(METADATA_PATH, {
    issuer: issuer.issuer,
    jwks_uri: `${issuer.issuer}/jwks`,
    token_endpoint: `${issuer.issuer}/token`,
  })
  issuer.answer('/token', (response) => void answer(response))

  async function answer(response: ServerResponse): Promise<void> {
    const { req } = response
    let text = ''
    for await (const chunk of req) text += chunk
    const form = new URLSearchParams(text)
    asked.push({ form, headers: req.headers })
    if (typeof made.instead === 'function') return made.instead(response)
    const [status, body] = made.instead === null ? grant(form, req.method ?? '', req.headers) : [200, made.instead]
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(JSON.stringify(body))
  }

  function grant(form: URLSearchParams, method: string, headers: IncomingHttpHeaders): [number, object] {
    const basic = Buffer.from(`${EXCHANGE_CLIENT.id}:${encodeURIComponent(EXCHANGE_CLIENT.secret).replaceAll('%20', '+')}`)
    if (headers.authorization !== `Basic ${basic.toString('base64')}`) return [401, { error: 'invalid_client' }]
    if (method !== 'POST' || headers['content-type'] !== 'application/x-www-form-urlencoded')
      return [400, { error: 'invalid_request' }]
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange')
      return [400, { error: 'unsupported_grant_type' }]
    const subject = form.get('subject_token') ?? ''
    const single = ['grant_type', 'subject_token', 'subject_token_type', 'requested_token_type', 'scope']
    if (single.some((name) => form.getAll(name).length > 1)) return [400, { error: 'invalid_request' }]
    // No actor: it is impersonation (section 1.1).
    const known = new Set([...single, 'audience', 'resource'])
    if ([...form.keys()].some((name) => !known.has(name))) return [400, { error: 'invalid_request' }]
    if (form.get('subject_token_type') !== TYPE || form.get('requested_token_type') !== TYPE)
      return [400, { error: 'invalid_request' }]
    const same = (name: 'audience' | 'resource') => String(form.getAll(name)) === String(knows[name] ?? [])
    if (!same('audience') || !same('resource')) return [400, { error: 'invalid_target' }]
    if ((form.get('scope') ?? undefined) !== knows.scope) return [400, { error: 'invalid_scope' }]
    const { sub, exp } = JSON.parse(Buffer.from(subject.split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string
      exp: number
    }
    if (exp * 1000 < Date.now()) return [400, { error: 'invalid_grant' }]
    return [
      200,
      {
        access_token: issuer.mint({ sub, aud: 'the service', nr: asked.length }),
        issued_token_type: TYPE,
        token_type: 'Bearer',
        ...(made.expiresIn !== null && { expires_in: made.expiresIn }),
      },
    ]
  }

  const made: ExchangeServer = { ...issuer, asked, instead: null, expiresIn: 600 }
  return made
}
