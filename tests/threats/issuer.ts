import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An issuer of access tokens whose tokens can be wrong in every way that the tests need. */
export interface Issuer {
  /** Its identifier, without a slash at the end. */
  readonly url: string
  readonly ec: KeyPair
  readonly rsa: KeyPair
  /** Paths that were asked for, discovery and keys among them. */
  readonly asked: readonly string[]
  close(): void
}

export interface KeyPair {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export const AUDIENCE = 'https://app.test'

export async function startIssuer(): Promise<Issuer> {
  const ec: KeyPair = { kid: 'ec', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
  const rsa: KeyPair = { kid: 'rsa', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
  const asked: string[] = []
  // The RSA key says nothing of its algorithm: it must not be taken for whatever a token says.
  const keys = [
    { ...ec.publicKey.export({ format: 'jwk' }), kid: ec.kid, alg: 'ES256', use: 'sig' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: rsa.kid },
  ]
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? '')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    outgoing.setHeader('content-type', 'application/json')
    if (incoming.url === '/jwks.json') outgoing.end(JSON.stringify({ keys }))
    else if (incoming.url?.includes('/.well-known/')) outgoing.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks.json` }))
    else outgoing.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ec,
    rsa,
    asked,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

/** The claims of an access token by RFC 9068 that is valid for ten minutes; `undefined` removes one. */
export function accessClaims(issuer: Issuer, differing: JsonObject = {}): JsonObject {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer.url,
    aud: AUDIENCE,
    sub: 'mia',
    client_id: 'shop',
    iat: now,
    exp: now + 600,
    jti: randomUUID(),
    groups: [],
  }
  return { ...claims, ...differing }
}

/** A compact JWS by ES256, or what `differing` makes of it. */
export function token(
  issuer: Issuer,
  claims: JsonObject = accessClaims(issuer),
  header: JsonObject = {},
  key: KeyPair = issuer.ec,
): string {
  const full = { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header }
  return signed(full, claims, (input) => {
    const digest = `sha${String(full.alg).slice(-3)}`
    if (key.privateKey.asymmetricKeyType === 'ec') return sign(digest, input, { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
    return sign(
      digest,
      input,
      String(full.alg).startsWith('PS') ? { key: key.privateKey, padding: 6, saltLength: 32 } : key.privateKey,
    )
  })
}

export function hmacToken(claims: JsonObject, header: JsonObject, secret: string): string {
  return signed({ alg: 'HS256', typ: 'at+jwt', ...header }, claims, (input) =>
    createHmac('sha256', secret).update(input).digest(),
  )
}

export function signed(header: JsonObject, claims: JsonObject, signature: (input: Buffer) => Buffer): string {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`
}
