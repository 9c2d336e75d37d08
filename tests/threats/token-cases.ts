import { generateKeyPairSync } from 'node:crypto'
import { AUDIENCE, accessClaims, hmacToken, type Issuer, type JsonObject, type KeyPair, signed, token } from './issuer.ts'
import type { ThreatCase, Tokens } from './threat-case.ts'
import { get } from './wire.ts'

const RECORDS = 'Envoy CVE-2022-29226, fast-jwt CVE-2023-48223, hono CVE-2026-22817'

const now = () => Math.floor(Date.now() / 1000)

/** A key that the issuer does not have, under the name of one that it has. */
const stranger: KeyPair = { kid: 'ec', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }

const bearer = (make: (tokens: Tokens) => string) => (tokens: Tokens) => get('/api/x', `Authorization: Bearer ${make(tokens)}`)

function accepted(name: string, make: (issuer: Issuer) => string): ThreatCase {
  return { name, send: bearer(({ issuer }) => make(issuer)), status: 200, reaches: { url: '/api/x', without: ['authorization'] } }
}

function refused(name: string, make: (issuer: Issuer) => string): ThreatCase {
  return { name, records: RECORDS, send: bearer(({ issuer }) => make(issuer)), status: 401 }
}

function withClaims(name: string, differing: (issuer: Issuer) => JsonObject): ThreatCase {
  return refused(name, (issuer) => token(issuer, accessClaims(issuer, differing(issuer))))
}

function withHeader(name: string, header: JsonObject, key?: KeyPair): ThreatCase {
  return refused(name, (issuer) => token(issuer, accessClaims(issuer), header, key))
}

export const tokenCases: readonly ThreatCase[] = [
  accepted('ES256', (issuer) => token(issuer)),
  accepted('RS256', (issuer) => token(issuer, accessClaims(issuer), { alg: 'RS256' }, issuer.rsa)),
  accepted('typ: application/at+jwt', (issuer) => token(issuer, accessClaims(issuer), { typ: 'application/at+jwt' })),
  accepted('one of several audiences', (issuer) =>
    token(issuer, accessClaims(issuer, { aud: ['https://other.test', AUDIENCE] })),
  ),

  ...['none', 'None', 'nOnE', 'NONE', ''].map((alg) =>
    refused(`alg: ${JSON.stringify(alg)}`, (issuer) =>
      signed({ alg, typ: 'at+jwt' }, accessClaims(issuer), () => Buffer.alloc(0)),
    ),
  ),
  refused('no alg', (issuer) => signed({ typ: 'at+jwt', kid: 'ec' }, accessClaims(issuer), () => Buffer.alloc(64))),
  refused('HS256 with the public key as PEM', (issuer) =>
    hmacToken(accessClaims(issuer), { kid: 'rsa' }, issuer.rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  ),
  refused('HS256 with an empty secret', (issuer) => hmacToken(accessClaims(issuer), { kid: 'ec' }, '')),
  refused('PS256, which the configuration does not name', (issuer) =>
    token(issuer, accessClaims(issuer), { alg: 'PS256' }, issuer.rsa),
  ),
  refused('RS512, which the configuration does not name', (issuer) =>
    token(issuer, accessClaims(issuer), { alg: 'RS512' }, issuer.rsa),
  ),
  withHeader('a key of somebody else', {}, stranger),
  withHeader('a key of a name that the issuer does not have', { kid: 'unknown' }, stranger),
  withHeader('jwk in the header', { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger),
  refused('jku in the header', (issuer) => token(issuer, accessClaims(issuer), { jku: `${issuer.url}/evil-jku` }, stranger)),
  refused('x5u in the header', (issuer) => token(issuer, accessClaims(issuer), { x5u: `${issuer.url}/evil-x5u` }, stranger)),
  withHeader('crit of an unknown extension', { crit: ['urn:evil'], 'urn:evil': true }),
  withHeader('crit of a registered name', { crit: ['exp'], exp: 1 }),
  withHeader('an empty crit', { crit: [] }),
  withHeader('b64: false', { b64: false, crit: ['b64'] }),
  withHeader('zip', { zip: 'DEF' }),
  withHeader('typ: JWT, an ID token', { typ: 'JWT' }),
  withHeader('no typ', { typ: undefined }),
  withHeader('typ: logout+jwt', { typ: 'logout+jwt' }),
  withHeader('typ: dpop+jwt', { typ: 'dpop+jwt' }),

  withClaims('iss with a slash', (issuer) => ({ iss: `${issuer.url}/` })),
  withClaims('iss of another', () => ({ iss: 'https://evil.test' })),
  withClaims('iss as an array', (issuer) => ({ iss: [issuer.url] })),
  withClaims('no iss', () => ({ iss: undefined })),
  withClaims('another aud', () => ({ aud: 'https://other.test' })),
  withClaims('aud with a slash', () => ({ aud: `${AUDIENCE}/` })),
  withClaims('no aud', () => ({ aud: undefined })),
  withClaims('aud of nobody', () => ({ aud: [] })),
  withClaims('aud as an object', () => ({ aud: { [AUDIENCE]: true } })),
  withClaims('no exp', () => ({ exp: undefined })),
  withClaims('exp that is over', () => ({ exp: now() - 600, iat: now() - 1200 })),
  withClaims('exp as a string', () => ({ exp: String(now() + 600) })),
  withClaims('nbf ahead', () => ({ nbf: now() + 600 })),
  withClaims('nbf as a string', () => ({ nbf: '0' })),
  withClaims('groups as one string: never a part of it', () => ({ groups: 'admins' })),
  withClaims('no groups', () => ({ groups: undefined })),
  withClaims('sub as a number', () => ({ sub: 7 })),

  refused('a changed claim', (issuer) => {
    const [header, , signature] = token(issuer).split('.')
    const claims = Buffer.from(JSON.stringify(accessClaims(issuer, { groups: ['admins'] }))).toString('base64url')
    return `${header}.${claims}.${signature}`
  }),
  refused('no signature', (issuer) => token(issuer).replace(/[^.]*$/, '')),
  refused('a signature of zeros', (issuer) =>
    signed({ alg: 'ES256', typ: 'at+jwt', kid: 'ec' }, accessClaims(issuer), () => Buffer.alloc(64)),
  ),
  refused('two parts', (issuer) => token(issuer).replace(/\.[^.]*$/, '')),
  refused('five parts', (issuer) => `${token(issuer)}.a.b`),
  refused('padding', (issuer) => `${token(issuer)}==`),
  refused('no JSON', () => 'a.b.c'),
  refused('something after it', (issuer) => `${token(issuer)} x`),
  { name: 'our own assertion', records: RECORDS, send: bearer(({ assertion }) => assertion), status: 401 },
  { name: 'an empty bearer', send: get('/api/x', 'Authorization: Bearer '), status: 401 },
  { name: 'another scheme', send: get('/api/x', 'Authorization: Basic bWlhOm1pYQ=='), status: 401 },
  { name: 'a token in the query', send: ({ user }) => get(`/api/x?access_token=${user}`), status: 401 },
  { name: 'an invalid token on an open path', send: get('/public/a', 'Authorization: Bearer a.b.c'), status: 401 },
  {
    name: 'an invalid token where there is no route',
    send: get('/nowhere', 'Authorization: Bearer a.b.c'),
    status: [401, 403, 404],
  },
]
