/**
 * What it costs to know who sent a bearer token, in one process: `program.mjs ALG PASSES TOKENS`. Prints nanoseconds
 * of processor time of each row, as JSON. All rows take turns, a pass each, over the same tokens.
 */
import { generateKeyPairSync, hash, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { type CanonicalRequest, canonicalize } from '../../request/index.ts'
import { anonymousFacts } from '../../runtime/abi/index.ts'
import { createAuthenticator, DEFAULT_MFA, type IdentityConfig } from '../../runtime/identity/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'

export const ROWS = ['digest', 'known', 'crypto', 'jose', 'first'] as const
export type Row = (typeof ROWS)[number]
export type Times = Readonly<Record<Row, number>>

const ISSUER = 'https://id.example'
const AUDIENCE = 'https://api.example'
const [algorithm = 'ES256', passes = '50', ofPass = '2000'] = process.argv.slice(2)
/** Of a pass. */
const TOKENS = Number(ofPass)
const alg = algorithm as 'ES256' | 'RS256'
const { privateKey, publicKey } =
  alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk: JsonWebKey = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg, use: 'sig' }
const tokens = Array.from({ length: TOKENS }, (_, at) => mint(at, privateKey))
const bytes = tokens.map((token) => Buffer.from(token, 'latin1'))
const lines = tokens.map((token) => Buffer.from(`Bearer ${token}`, 'latin1'))
const josesKey = await importJWK(jwk as never, alg)

/** As the validator of a bundle would be asked; what that costs is measured by `decisions`. */
const policy = {
  revision: 'sha256:0',
  anonymous: anonymousFacts,
  bytesPerCaller: 0,
  accepts: () => true,
  facts: (_: string, __: object, auth: object) => ({ ok: true, facts: { identity: 0, roles: [0], caller: {}, auth } }),
} as unknown as Policy

/** One request, whose line is another each time: what the rest of a request costs is measured by `carry`. */
const made = canonicalize({
  method: 'GET',
  target: '/',
  httpVersion: '1.1',
  rawHeaders: ['host', 'api.example'],
  peer: '127.0.0.1',
})
if (!made.ok) throw new Error(made.refusal.code)
let line = ''
const headers = { count: (name: string) => Number(name === 'authorization'), get: () => line, entries: () => [] }
const request = { ...made.request, headers } as unknown as CanonicalRequest

const known = authenticator()
const rows: Record<Row, () => unknown> = {
  digest: () => bytes.reduce((sum, token) => sum + hash('sha256', again(token), 'base64url').length, 0),
  known: () => everyOne(known),
  crypto: () => {
    for (const token of tokens) {
      const at = token.lastIndexOf('.')
      const signature = Buffer.from(token.slice(at + 1), 'base64url')
      if (!verify('sha256', Buffer.from(token.slice(0, at)), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature))
        throw new Error('crypto refuses a token')
    }
  },
  jose: async () => {
    for (const token of bytes)
      await jwtVerify(again(token), josesKey, { issuer: ISSUER, audience: AUDIENCE, algorithms: [alg], typ: 'at+jwt' })
  },
  first: () => everyOne(authenticator()),
}

const spent = Object.fromEntries(ROWS.map((row) => [row, 0])) as Record<Row, number>
// Warm, and what is known is known.
for (let pass = -2; pass < Number(passes); pass += 1)
  for (const row of ROWS) {
    const before = process.cpuUsage()
    await rows[row]()
    const { user, system } = process.cpuUsage(before)
    if (pass >= 0) spent[row] += (user + system) * 1000
  }
console.log(JSON.stringify(Object.fromEntries(ROWS.map((row) => [row, spent[row] / (Number(passes) * TOKENS)]))))

async function everyOne(authenticator: ReturnType<typeof createAuthenticator>): Promise<void> {
  const connection = {}
  for (const bytes of lines) {
    line = again(bytes)
    const told = authenticator.authenticate(request, policy, connection)
    const answer = told instanceof Promise ? await told : told
    if (answer.kind !== 'caller') throw new Error(`a token is refused: ${JSON.stringify(answer)}`)
  }
}

/** The same characters in a text that nobody has seen, as the next request brings it. */
function again(bytes: Buffer): string {
  return bytes.toString('latin1')
}

function authenticator() {
  const people: IdentityConfig = {
    jwt: {
      issuer: ISSUER,
      audience: [AUDIENCE],
      algorithms: [alg],
      profile: 'rfc9068',
      trustDomain: null,
      tls: null,
      jwks: `${ISSUER}/jwks`,
      clockSkew: 30_000,
      staleKeys: 3_600_000,
      dpop: { required: false, nonce: false },
      mfa: DEFAULT_MFA,
    },
    oauth2: null,
    oidc: null,
    saml: null,
    api_key: null,
    custom: null,
    mtls: null,
  }
  const fetch = async () => Response.json({ keys: [jwk] })
  return createAuthenticator(
    { people },
    { clock: Date.now, log: { info() {}, warn() {}, error() {} }, fetch: fetch as typeof globalThis.fetch },
  )
}

/** About 1 kB. */
function mint(at: number, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000)
  const groups = Array.from({ length: 20 }, (_, group) => `group-${group}-of-many`)
  const head = { alg, typ: 'at+jwt', kid: 'one' }
  const claims = {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: `person-${at}`, client_id: 'app', iat: now, exp: now + 3600, jti: `token-${at}` },
    ...{ email: `person-${at}@example.test`, groups },
  }
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
