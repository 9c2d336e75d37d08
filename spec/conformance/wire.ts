/** The running proxy under the policy of one folder: a real bundle, real tokens, a service behind it, and the audit log. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import {
  type CompiledSchemas,
  generateSigningKey,
  packBundle,
  publicJwk,
  standaloneValidators,
} from '../../compiler/bundle/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { startProxy } from '../../runtime/index.ts'
import { MemoryBuckets } from '../../runtime/proxy/rate-limits/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../../tests/support/api-keys.ts'
import { idpMetadata, samlKeys, samlResponse } from '../../tests/support/saml.ts'
import { testAuthority } from '../../tests/support/test-authority.ts'
import { METADATA_PATH, startTestIssuer, type TestIssuer } from '../../tests/support/test-issuer.ts'
import { exchange, get } from '../../tests/threats/wire.ts'
import type { Case, Construct, WireRequest } from './cases.ts'
import { compiledOf, methodOf, TIME } from './off-wire.ts'

/** Milliseconds after which every bucket of the suite is full again. */
const YEARS = 1e12
/** Where a request does not say (`README.md`). */
const SOURCE = '192.0.2.1'
/** Bytes of a body that the policy reads; less than in real life, so that a case may go beyond. */
export const WIRE_BODY_LIMIT = 20_000

export interface WireAnswer {
  readonly status: number
  /** Of a refusal of the proxy: its `x-iap-error`. Null where the service answered. */
  readonly code: string | null
  /** `WWW-Authenticate` */
  readonly challenge: string | null
  readonly record: AuditRecord
  /** What the service got; null where nothing. */
  readonly served: Served | null
}

export interface Served {
  /** Its target, byte for byte. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Latin-1. */
  readonly body: string
}

export interface Wire {
  send(request: WireRequest): Promise<WireAnswer>
  close(): Promise<void>
}

/** Of all identities that sign in by SAML. */
const SAML = { entityId: 'https://saml.example', signIn: 'https://saml.example/login', keys: samlKeys() }

/** A proxy that ends TLS, without which no browser signs in, and would hand on certificates. */
const FORWARDER = '203.0.113.254'
const FORWARDING = { proxies: [FORWARDER], certificate: 'client-cert' }

/** A plug-in that believes whatever a header says: what it decodes of it is all that the test wants to see. */
const CREDULOUS = `export default ({ headers }) => ({ claims: JSON.parse(decodeURIComponent(headers['x-caller'][0])) })`

/** Of all policies: many declare the same. */
const schemas: CompiledSchemas = new Map()

export async function startWire(construct: Construct): Promise<Wire> {
  const { model, project, cases, wireCases } = construct
  const folder = mkdtempSync(join(tmpdir(), 'iap-conformance-'))
  const [issuer, service] = await Promise.all([startTestIssuer(), startService()])
  const signer = generateSigningKey()
  const compiled = compiledOf(construct)
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(signer)))
  writeFileSync(
    join(folder, 'policy.iapb'),
    await packBundle({
      compiled,
      validators: standaloneValidators(compiled.schemas, schemas),
      model,
      sources: project.sources,
      sequence: 1,
      check: { warnings: 0 },
      tests: { passed: 0, failed: 0 },
      signers: [signer],
    }),
  )
  const keys = keysOf(model, [...cases, ...wireCases])
  writeFileSync(join(folder, 'keys.json'), apiKeyFile([...keys.values()]))
  writeFileSync(join(folder, 'hmac.key'), TEST_HMAC_SECRET)
  writeFileSync(join(folder, 'auth.mjs'), CREDULOUS)
  writeFileSync(join(folder, 'client.secret'), 'a-secret-of-the-client')
  writeFileSync(join(folder, 'saml.xml'), idpMetadata({ ...SAML, certificates: [SAML.keys.cert] }))
  const identity = (name: string) => {
    const method = methodOf(model, name)
    const apiKey = { keys: { file: './keys.json', hmacKey: { file: './hmac.key' } } }
    if (method === 'api_key') return apiKey
    if (method === 'saml') {
      const isKey = model.identities.some((one) => one.name === name && one.methods.includes('api_key'))
      return { metadata: './saml.xml', entityId: audienceOf(name), clockSkew: '0s', ...(isKey && apiKey) }
    }
    if (method === 'oauth2')
      return {
        ...{ issuer: issuer.issuer, audience: audienceOf(name), clientId: name, introspection: `${issuer.issuer}/introspect` },
        ...{ clientSecret: { file: './client.secret' }, clockSkew: '0s' },
      }
    if (method === 'mtls') {
      writeFileSync(join(folder, `${name}.pem`), testAuthority(name).cert)
      return { trustDomain: `${name}.example`, ca: `./${name}.pem` }
    }
    if (method === 'custom') return { plugin: './auth.mjs', headers: ['x-caller'], timeout: '30s' }
    if (method === 'oidc')
      return { issuer: issuer.issuer, clientId: audienceOf(name), clientSecret: { file: './client.secret' }, clockSkew: '0s' }
    return { issuer: issuer.issuer, audience: audienceOf(name), algorithms: ['ES256'], clockSkew: '0s' }
  }
  const hasSessions = model.identities.some(({ name }) => ['oidc', 'saml'].includes(methodOf(model, name)))
  // From the start: the proxy keeps what it has read, and its clock stands still.
  if (model.identities.some(({ name }) => methodOf(model, name) === 'oidc'))
    issuer.answer(METADATA_PATH, {
      issuer: issuer.issuer,
      jwks_uri: `${issuer.issuer}/jwks`,
      authorization_endpoint: `${issuer.issuer}/authorize`,
      token_endpoint: `${issuer.issuer}/token`,
      id_token_signing_alg_values_supported: ['ES256'],
    })
  /** What the one sends who has the connection: the client, or the proxy that a browser needs before this one. */
  const send = async (bytes: string) => (await exchange(port, hasSessions ? forwarded(bytes, source) : bytes)).text
  const credentialOf = async (request: WireRequest): Promise<readonly [name: string, value: string] | null> => {
    const { caller } = request
    const method = methodOf(model, caller?.identity ?? '')
    if (caller && method === 'oidc') return ['cookie', await signIn(new URL(request.url).host, caller, issuer, send)]
    if (caller && method === 'saml') return ['cookie', await signInBySaml(new URL(request.url).host, caller, now, send)]
    if (caller && method === 'oauth2') {
      issuer.answer('/introspect', { active: true, aud: audienceOf(caller.identity), ...saidOf(caller) })
      return ['authorization', `Bearer of-${caller.identity}`]
    }
    if (caller && method === 'api_key') return ['x-api-key', keys.get(JSON.stringify(caller))?.text ?? '']
    if (caller && method === 'custom') return ['x-caller', encodeURIComponent(JSON.stringify(saidOf(caller)))]
    const token = tokenOf(request, issuer, now)
    return token === null ? null : ['authorization', `Bearer ${token}`]
  }
  const hasMtls = model.identities.some(({ name }) => methodOf(model, name) === 'mtls')
  // JSON is YAML.
  const settings = {
    listeners: [{ address: '127.0.0.1:0', ...((hasMtls || hasSessions) && { trust: FORWARDING }) }],
    bundle: { source: './policy.iapb', keys: ['./key.jwk.json'], state: './state' },
    ...(model.identities.length > 0 && {
      identities: Object.fromEntries(model.identities.map(({ name }) => [name, identity(name)])),
    }),
    data: Object.fromEntries(model.data.map(({ name }) => [name, { push: true }])),
    services: Object.fromEntries(model.services.map(({ name }) => [name, { upstreams: [service.origin] }])),
    audit: [{ file: './audit.jsonl' }],
    limits: { body: `${WIRE_BODY_LIMIT}B` },
  }
  const loaded = loadConfig(JSON.stringify(settings), join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  const complain = (message: string, fields?: object) => {
    // The error that is thrown says it, too.
    if (!message.startsWith('a bundle is refused')) console.error(message, fields)
  }
  const log = { info: () => {}, warn: complain, error: complain }
  let [now, source] = [Date.parse(TIME), SOURCE]
  const close = async () => {
    await Promise.all([issuer.close(), service.close()])
    rmSync(folder, { recursive: true, force: true })
  }
  // Cases are answers to one request each: what is counted of one is forgotten before the next.
  let counted = 0
  const buckets = new MemoryBuckets({ clock: () => counted })
  const start = async () => {
    rmSync(join(folder, 'state'), { recursive: true, force: true })
    // A case waits for its record: lines are not gathered.
    return await startProxy(loaded.config, {
      log,
      clock: () => now,
      buckets,
      limits: { linger: 100 },
      drain: 0,
      audit: { gather: 0 },
    })
  }
  let proxy = await start().catch(async (error: unknown) => {
    await close()
    throw error
  })
  const portOf = () => Number(new URL(proxy.addresses[0] ?? '').port)
  let port = portOf()
  let pushed = '{}'
  /** What has arrived does not go away: for other data there is another proxy. */
  const push = async (data: unknown = {}) => {
    if (JSON.stringify(data) === pushed) return
    if (pushed !== '{}') {
      await proxy.close()
      proxy = await start()
      port = portOf()
    }
    pushed = JSON.stringify(data)
    for (const [name, value] of Object.entries(data as object)) {
      // One that does not fit has not arrived.
      await proxy.deciding.data.change(name, null, () => JSON.stringify(value), { by: 'the case', source: null })
    }
  }
  // The address that the kernel would tell of a client that is there, before anybody asks for it.
  const onConnection = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    if (socket.localPort === port) Object.defineProperty(socket, 'remoteAddress', { value: hasSessions ? FORWARDER : source })
  }
  subscribe('net.server.socket', onConnection)

  return {
    async send(request) {
      now = Date.parse(request.time ?? TIME)
      await push(request.data)
      counted += YEARS
      source = request.source?.ip ?? SOURCE
      const credential = await credentialOf(request)
      service.take()
      const text = await send(bytesOf(request, credential))
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
      const header = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'im').exec(text)?.[1] ?? null
      const id = header('x-(?:iap-request|seen)-id')
      if (id === null) throw new Error(`the answer has no request id:\n${text}`)
      return {
        status,
        code: header('x-iap-error'),
        challenge: header('www-authenticate'),
        record: await recordOf(join(folder, 'audit.jsonl'), id),
        served: service.take(),
      }
    },
    async close() {
      unsubscribe('net.server.socket', onConnection)
      await proxy.close()
      await close()
    },
  }
}

/** All identities have one issuer; the audience tells whose token it is. */
function audienceOf(identity: string): string {
  return `https://${identity}.audience.example`
}

/** An access token that says of the caller what the case does; null for nobody. */
function tokenOf({ caller }: EvalRequest, issuer: TestIssuer, now: number): string | null {
  if (caller === undefined || caller === null) return null
  return issuer.mint({ aud: audienceOf(caller.identity), ...saidOf(caller) }, { now: now / 1000 })
}

/** Signs in as a browser does, at a provider that says of the caller what the case does. The cookies of the session. */
async function signIn(
  host: string,
  caller: NonNullable<EvalRequest['caller']>,
  issuer: TestIssuer,
  send: (bytes: string) => Promise<string>,
): Promise<string> {
  const { identity } = caller
  const asked = await send(get(`/.iap/login?with=${identity}`, `Host: ${host}`))
  const { searchParams } = new URL(/^location: (.*)\r$/im.exec(asked)?.[1] ?? '')
  // Its dates are those of the day: what the proxy's client of providers goes by is no clock that a test can set.
  const claims = { aud: audienceOf(identity), nonce: searchParams.get('nonce'), ...saidOf(caller) }
  issuer.answer('/token', (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const id_token = issuer.mint(claims, { header: { typ: 'JWT' } })
    response.end(JSON.stringify({ access_token: 'one', token_type: 'Bearer', id_token }))
  })
  const back = `/.iap/callback/${identity}?code=one&state=${searchParams.get('state')}`
  const answer = await send(get(back, `Host: ${host}`, `Cookie: ${cookiesIn(asked)}`))
  const session = cookiesIn(answer)
  if (session === '') throw new Error(`nobody has signed in:\n${answer}`)
  return session
}

/** The same at a provider that speaks SAML; of its cases none says how or when the caller signed in. */
async function signInBySaml(
  host: string,
  { identity, claims }: NonNullable<EvalRequest['caller']>,
  now: number,
  send: (bytes: string) => Promise<string>,
): Promise<string> {
  const asked = await send(get(`/.iap/login?with=${identity}`, `Host: ${host}`))
  const { searchParams } = new URL(/^location: (.*)\r$/im.exec(asked)?.[1] ?? '')
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  const response = samlResponse({
    ...{ issuer: SAML.entityId, keys: SAML.keys, audience: audienceOf(identity), now },
    recipient: `https://${host}/.iap/saml/acs/${identity}`,
    inResponseTo: / ID="([^"]*)"/.exec(request)?.[1] ?? '',
    nameId: `<saml:NameID>${(claims as { readonly sub: string }).sub}</saml:NameID>`,
  })
  const fields = { SAMLResponse: Buffer.from(response).toString('base64'), RelayState: searchParams.get('RelayState') ?? '' }
  const form = new URLSearchParams(fields).toString()
  const type = 'content-type: application/x-www-form-urlencoded'
  const lines = `Host: ${host}\r\nConnection: close\r\n${type}\r\ncontent-length: ${form.length}`
  const posted = await send(`POST /.iap/saml/acs/${identity} HTTP/1.1\r\n${lines}\r\n\r\n${form}`)
  const back = new URL(/^location: (.*)\r$/im.exec(posted)?.[1] ?? '')
  const session = cookiesIn(await send(get(back.pathname + back.search, `Host: ${host}`, `Cookie: ${cookiesIn(asked)}`)))
  if (session === '') throw new Error(`nobody has signed in:\n${posted}`)
  return session
}

/** Those that an answer sets, and does not take away. */
function cookiesIn(answer: string): string {
  return [...answer.matchAll(/^set-cookie: ([^=]+=[^;\r]+);/gim)].map(([, pair]) => pair).join('; ')
}

/** The same request as a proxy hands it on that ends TLS. */
function forwarded(bytes: string, source: string): string {
  return bytes.replace('\r\n', `\r\nx-forwarded-for: ${source}\r\nx-forwarded-proto: https\r\n`)
}

/** The claims of a caller, and how and when it signed in. */
function saidOf({ auth, claims }: NonNullable<EvalRequest['caller']>): object {
  const { time, acr, amr } = auth ?? {}
  return {
    ...(time !== undefined && { auth_time: Date.parse(time) / 1000 }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
    ...(claims as object),
  }
}

/** A key for each caller who shows one, under the caller as JSON. */
function keysOf(model: Construct['model'], cases: readonly Case[]): ReadonlyMap<string, ReturnType<typeof testApiKey>> {
  const callers = cases.flatMap(({ request: { caller } }) => {
    if (!caller || methodOf(model, caller.identity) !== 'api_key') return []
    const { sub, ...claims } = caller.claims as { readonly sub?: unknown }
    return typeof sub === 'string' && sub !== ''
      ? [[JSON.stringify(caller), testApiKey(caller.identity, { subject: sub, claims })] as const]
      : []
  })
  return new Map(callers)
}

/** The request as a client would send it that knows no better: byte for byte what the case says, as Latin-1. */
function bytesOf(request: WireRequest, credential: readonly [name: string, value: string] | null): string {
  const { method, url, headers = {} } = request
  const [, authority = '', target = ''] = /^https?:\/\/([^/?#\\]*)(.*)$/s.exec(url) ?? []
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((line): [string, string] => [name, line]))
  const has = (name: string) => lines.some(([each]) => each.toLowerCase() === name)
  if (!has('host')) lines.unshift(['host', authority])
  const connection = lines.find(([name]) => name === 'connection')
  if (connection === undefined) lines.push(['connection', 'close'])
  else connection[1] += ', close'
  if (credential !== null) lines.push([...credential])
  const body = sentBody(request)
  if (request.body !== undefined && !has('content-type')) lines.push(['content-type', 'application/json'])
  if ((body !== '' || ['POST', 'PUT', 'PATCH'].includes(method)) && !has('content-length'))
    lines.push(['content-length', String(body.length)])
  const head = lines.map((line) => `${line.join(': ')}\r\n`).join('')
  return `${method} ${target.startsWith('/') ? target : `/${target}`} HTTP/1.1\r\n${head}\r\n${body}`
}

/** Its bytes in UTF-8, as Latin-1. */
export function sentBody({ body, rawBody, bytes, pad = 0 }: WireRequest): string {
  const text = rawBody ?? (body === undefined ? '' : JSON.stringify(body))
  return (bytes ?? Buffer.from(text, 'utf8').toString('latin1')).padEnd(pad)
}

interface Service {
  readonly origin: string
  /** What came last, once. */
  take(): Served | null
  close(): Promise<void>
}

/** Answers 200 to all that gets through, and names the request as the proxy named it. */
async function startService(): Promise<Service> {
  let served: Served | null = null
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      served = { url, headers, body: Buffer.concat(chunks).toString('latin1') }
      response.writeHead(200, { 'x-seen-id': String(headers['x-iap-request-id']) })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = served
      served = null
      return taken
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A record is written when the answer has ended: a moment after it is there, and not always in one piece. */
async function recordOf(file: string, id: string): Promise<AuditRecord> {
  // A hang, not a slow machine, ends it.
  for (let attempt = 0; attempt < 50_000; attempt += 1) {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .find((one) => one.includes(id))
    if (line !== undefined) return JSON.parse(line)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  throw new Error(`no audit record of ${id}`)
}
