import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compactJws } from './test-issuer.ts'

type Claims = Readonly<Record<string, unknown>>

/** What a provider says of one person, as its documentation shows it, without dates, `iss`, `aud` and `nonce`. */
export interface DocumentedPerson {
  readonly idToken: Claims
  readonly userinfo?: Claims
  /** Null if programs cannot send tokens of people. */
  readonly accessToken: { readonly header: Claims; readonly claims: Claims } | null
}

export interface DocumentedProviderOptions {
  /** The part of the issuer behind the host: `/realms/example`. */
  readonly path: string
  readonly clientId: string
  readonly clientSecret: string
  readonly audience: string | readonly string[]
  readonly people: Readonly<Record<string, DocumentedPerson>>
}

export interface DocumentedProvider {
  readonly issuer: string
  /** The person who signs in next, by name. */
  person: string
  accessToken(person: string): string
  idToken(person: string, more?: Claims): string
  close(): void
}

/** An OpenID provider whose tokens have the claims that a test gives, and no others. It signs in a person without a question. */
export async function startDocumentedProvider(options: DocumentedProviderOptions): Promise<DocumentedProvider> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { kid: 'one', alg: 'RS256' as const, publicKey, privateKey, jwk: {} }
  const logins = new Map<string, { readonly person: string; readonly nonce: string | null }>()
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${origin}${options.path}`
  const base = issuer.replace(/\/$/, '')

  function token(header: Claims, claims: Claims): string {
    const now = Math.floor(Date.now() / 1000)
    const all = { iss: issuer, iat: now, exp: now + 300, ...claims }
    return compactJws(JSON.stringify({ alg: 'RS256', kid: 'one', ...header }), JSON.stringify(all), key)
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', origin)
    const json = (body: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    switch (`${origin}${url.pathname}`) {
      case `${base}/.well-known/openid-configuration`:
        return json({
          ...{ issuer, jwks_uri: `${base}/keys`, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token` },
          ...{ userinfo_endpoint: `${base}/userinfo`, response_types_supported: ['code'], subject_types_supported: ['public'] },
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case `${base}/keys`:
        return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case `${base}/authorize`: {
        const code = randomUUID()
        logins.set(code, { person: made.person, nonce: url.searchParams.get('nonce') })
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        back.searchParams.set('code', code)
        back.searchParams.set('state', url.searchParams.get('state') ?? '')
        response.writeHead(302, { location: back.href })
        return void response.end()
      }
      case `${base}/token`: {
        const expected = `Basic ${Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64')}`
        if (decodeURIComponent(request.headers.authorization ?? '') !== expected) return json({ error: 'invalid_client' }, 401)
        let body = ''
        for await (const chunk of request) body += chunk
        const login = logins.get(new URLSearchParams(body).get('code') ?? '')
        if (login === undefined) return json({ error: 'invalid_grant' }, 400)
        const answer = { access_token: login.person, token_type: 'Bearer', expires_in: 300 }
        return json({ ...answer, id_token: made.idToken(login.person, { nonce: login.nonce }) })
      }
      case `${base}/userinfo`: {
        const person = request.headers.authorization?.slice('Bearer '.length) ?? ''
        return json({ sub: options.people[person]?.idToken.sub, ...options.people[person]?.userinfo })
      }
      default:
        json({ error: 'not found' }, 404)
    }
  }

  const made: DocumentedProvider = {
    issuer,
    person: Object.keys(options.people)[0] ?? '',
    accessToken(person) {
      const { header, claims } = options.people[person]?.accessToken ?? { header: {}, claims: {} }
      return token(header, { aud: options.audience, ...claims })
    },
    idToken: (person, more = {}) => token({ typ: 'JWT' }, { aud: options.clientId, ...options.people[person]?.idToken, ...more }),
    close: () => void server.close().closeAllConnections(),
  }
  return made
}
