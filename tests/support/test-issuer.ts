import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What `aud` is in tokens of a test issuer unless a test says otherwise. */
export const TEST_AUDIENCE = 'https://api.example'

export type TestAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA'

export interface TestKey {
  readonly kid: string
  readonly alg: TestAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** What is published of it. A test may put anything in its place. */
  jwk: Record<string, unknown>
}

export interface MintOptions {
  /** Instead of or beside `alg`, `typ: at+jwt` and `kid`; undefined leaves out. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Instead of the newest key. */
  readonly key?: TestKey
  /** Seconds since 1970. */
  readonly now?: number
}

/** An OAuth 2 issuer over real HTTP on 127.0.0.1, that a test can rotate, slow down, take down and make lie. */
export interface TestIssuer {
  /** `http://127.0.0.1:…`, the same after `down` and `up`. */
  readonly issuer: string
  /** Newest last. */
  readonly keys: readonly TestKey[]
  /** How often each path was asked for. */
  readonly requests: ReadonlyMap<string, number>
  /** An access token of RFC 9068; claims are instead of or beside the usual ones, undefined leaves out. */
  mint(claims?: Readonly<Record<string, unknown>>, options?: MintOptions): string
  /** A new key signs from now on. The old ones stay published where asked. */
  rotate(options?: { readonly keepOld?: boolean; readonly kid?: string; readonly alg?: TestAlgorithm }): TestKey
  /** Answers in place of its own, by path: a value as JSON, or a function. Null: its own again. */
  answer(path: string, instead: ((response: ServerResponse) => void) | object | null): void
  /** Every answer takes so many milliseconds. */
  slow(milliseconds: number): void
  /** Refuses connections, and cuts those that are open. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

export const METADATA_PATH = '/.well-known/openid-configuration'
export const JWKS_PATH = '/jwks'

export async function startTestIssuer(alg: TestAlgorithm = 'ES256'): Promise<TestIssuer> {
  let keys: TestKey[] = [testKey(alg)]
  let delay = 0
  const published = new Set(keys)
  const requests = new Map<string, number>()
  const instead = new Map<string, ((response: ServerResponse) => void) | object>()
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`

  function listen(on: number): Promise<Server> {
    const made = createServer((request, response) => void respond(request, response))
    return new Promise((resolve, reject) => made.once('error', reject).listen(on, '127.0.0.1', () => resolve(made)))
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    requests.set(path, (requests.get(path) ?? 0) + 1)
    // What is published when the question arrives is what is answered, however long that takes.
    const own = documents()[path]
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    const other = instead.get(path)
    if (typeof other === 'function') return other(response)
    const body = other ?? own
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? {}))
  }

  function documents(): Record<string, object> {
    return {
      [METADATA_PATH]: { issuer, jwks_uri: `${issuer}${JWKS_PATH}` },
      [JWKS_PATH]: { keys: [...published].map(({ jwk }) => jwk) },
    }
  }

  async function down(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }

  return {
    issuer,
    get keys() {
      return keys
    },
    requests,
    mint(claims = {}, options = {}) {
      const key = options.key ?? (keys.at(-1) as TestKey)
      const now = options.now ?? Math.floor(Date.now() / 1000)
      const usual = { iss: issuer, aud: TEST_AUDIENCE, sub: 'ann', client_id: 'app', jti: randomUUID(), iat: now, exp: now + 300 }
      const header = { alg: key.alg, typ: 'at+jwt', kid: key.kid, ...options.header }
      return compactJws(JSON.stringify(header), JSON.stringify({ ...usual, ...claims }), key)
    },
    rotate({ keepOld = false, kid, alg: other = alg } = {}) {
      const key = testKey(other, kid)
      if (!keepOld) published.clear()
      published.add(key)
      keys = [...keys, key]
      return key
    },
    answer(path, other) {
      if (other === null) instead.delete(path)
      else instead.set(path, other)
    },
    slow(milliseconds) {
      delay = milliseconds
    },
    down,
    async up() {
      server = await listen(port)
    },
    close: () => (server.listening ? down() : Promise.resolve()),
  }
}

export function testKey(alg: TestAlgorithm, kid: string = randomUUID()): TestKey {
  const { privateKey, publicKey } = pair(alg)
  return { kid, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** Read from DER, as `generatePrivateKey` of the product does, with the reason. */
function pair(alg: TestAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const { privateKey, publicKey } = encodedPair(alg)
  return {
    privateKey: createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: publicKey, format: 'der', type: 'spki' }),
  }
}

function encodedPair(alg: TestAlgorithm): { privateKey: Buffer; publicKey: Buffer } {
  const [publicKeyEncoding, privateKeyEncoding] = [
    { type: 'spki', format: 'der' },
    { type: 'pkcs8', format: 'der' },
  ] as const
  switch (alg) {
    case 'RS256':
    case 'PS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding })
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding })
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384', publicKeyEncoding, privateKeyEncoding })
    case 'EdDSA':
      return generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding })
  }
}

/** Signs whatever stands there: texts that no library would make. */
export function compactJws(header: string, payload: string, { privateKey, alg }: TestKey): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${signature(Buffer.from(input), privateKey, alg).toString('base64url')}`
}

/** HS256 with any secret: the confusion of RFC 8725, section 2.1. */
export function hmacJws(header: string, payload: string, secret: string | Buffer): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function signature(input: Buffer, key: KeyObject, alg: TestAlgorithm): Buffer {
  switch (alg) {
    case 'RS256':
      return sign('sha256', input, key)
    case 'PS256':
      return sign('sha256', input, { key, padding: 6, saltLength: 32 })
    case 'ES256':
      return sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
    case 'ES384':
      return sign('sha384', input, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return sign(null, input, key)
  }
}
