import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { InteropRun } from '../../interop/support/interop-run.ts'
import { root } from '../../interop/support/root.ts'
import { startProxy, waitFor } from '../../interop/support/start-proxy.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { createVerifier, type Verifier } from '../../sdk/verify/index.ts'
import { ADMIN_TOKEN } from '../support/admin.ts'
import { apiKeyFile, TEST_HMAC_SECRET, type TestApiKey, testApiKey } from '../support/api-keys.ts'
import { CLIENT_SECRET, type LoginProvider, startLoginProvider } from '../support/login-provider.ts'
import { type Answer, askHttp2, askRaw } from './ask.ts'

/** The host that all cases ask for. Browsers resolve it to this machine. */
export const HOST = 'shop.localhost'

/** `aud` of access tokens. */
const AUDIENCE = 'https://shop.localhost'

/** What a case needs of a front, and not every front can do. */
export type Ability =
  /** Sends the body of a request with its check. */
  | 'checked-bodies'
  /** Sends the lines of a repeated header apart, or joined by a comma. */
  | 'repeated-lines'
  /** Adds headers of a permit to the response, such as those of a limit. */
  | 'permit-headers'
  /** Forwards each path byte for byte. A front that cannot must ask about the path that it forwards. */
  | 'raw-paths'
  /** Asks about methods that are never forwarded, instead of refusing them itself. */
  | 'trace'
  | 'http2'
  | 'websocket'
  /** Gives the client a whole refusal: its status, headers and page. */
  | 'refusals'

/** A running front that asks this proxy about each request. */
export interface Front {
  readonly name: string
  /** Port of 127.0.0.1 for HTTP/1.1 without TLS. */
  readonly port: number
  /** Port for HTTP/2 without TLS. Zero if there is none. */
  readonly http2: number
  /** Address from which it sees clients. Default: 127.0.0.1. */
  readonly client?: string
  /** Whether it normalizes paths before it asks, so that some reach the service in another form. */
  readonly normalizes?: boolean
  /** Why it cannot do something. Cases that need it are skipped by name. */
  readonly cannot: Partial<Readonly<Record<Ability, string>>>
}

/** Addresses for the configuration of a front. Those of TCP have no scheme: `127.0.0.1:8080`. */
export interface Backends {
  /** Of the listener for checks: an address, or the path of a Unix socket. */
  readonly checks: string
  /** Of the listener that serves `/.iap/` and `/.well-known/iap/`. */
  readonly proxy: string
  readonly service: string
  /** Of `StandOptions.more`, in their order. */
  readonly more?: readonly string[]
}

/** A request as the service received it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** Each line of a header, by lower-case name. */
  readonly lines: NodeJS.Dict<string[]>
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** What a client and the service have seen of a request. */
export interface Outcome {
  readonly answer: Answer
  /** Requests that reached the service meanwhile. */
  readonly seen: readonly SeenRequest[]
}

/** A front, the proxy behind it, a service and an identity provider. */
export interface Stand {
  readonly front: Front
  readonly provider: LoginProvider
  readonly partner: TestApiKey
  /** Origin of the front as browsers name it. */
  readonly origin: string
  /** Verifies assertions as the service does. */
  readonly verifier: Verifier
  /** Returns an access token of a member of the groups. */
  token(subject: string, groups?: readonly string[]): string
  /** Sends a request for {@link HOST}. `lines`: headers without their ends. */
  ask(line: string, lines?: readonly string[], body?: string): Promise<Outcome>
  /** Sends these bytes on a connection of its own. `\n` ends a line. */
  send(text: string): Promise<Outcome>
  /** Sends a request by HTTP/2. `:authority` is {@link HOST} unless given. */
  askHttp2(headers: Readonly<Record<string, string | readonly string[]>>): Promise<Outcome>
  /** Waits for the audit record of a request. */
  record(requestId: string | undefined): Promise<AuditRecord>
  /** Returns the records of a path that have been written so far. */
  recordsOf(path: string): readonly AuditRecord[]
  /** Revokes by the admin API. Resolves when each worker knows it. */
  revoke(what: object): Promise<void>
  /** What has reached the service since the last call. */
  takeSeen(): readonly SeenRequest[]
  /** Returns for each request since the last call what the client got and what the service saw: `401 unauthenticated → -`. */
  takeTrace(): readonly string[]
}

export interface StandOptions {
  /** YAML of the listener for checks. `@` is the scratch folder. */
  readonly checks: string
  /** YAML of further listeners. */
  readonly more?: readonly string[]
  /** Starts the front. */
  start(backends: Backends): Promise<Front>
}

const policy = readFileSync(`${root}examples/fronts/policies/shop.iap`, 'utf8')

/** Starts all of it, with two worker processes. Everything ends with `run`. Needs a built `dist/`. */
export async function startStand(run: InteropRun, { checks, more = [], start }: StandOptions): Promise<Stand> {
  const file = (name: string) => join(run.scratch, name)
  const seen: SeenRequest[] = []
  const trace: string[] = []
  const service = await startService(run, seen)
  let origin = ''
  const provider = await startLoginProvider({ origins: () => [origin] })
  run.defer(() => provider.close())
  const partner = testApiKey('partner')
  writeFileSync(file('keys.json'), apiKeyFile([partner]))
  for (const [name, secret] of Object.entries({ secret: CLIENT_SECRET, hmac: TEST_HMAC_SECRET, 'admin-token': ADMIN_TOKEN }))
    writeFileSync(file(name), secret, { mode: 0o600 })
  const proxy = await startProxy(run, {
    policy,
    admin: 'tokens: [{ file: ./admin-token }]',
    config: `listeners:
  - { address: "127.0.0.1:0", trust: { proxies: [127.0.0.1] } }
${[checks, ...more].map((listener) => `  - { ${listener.replaceAll('@', run.scratch)} }`).join('\n')}
workers: 2
services: { shop: { upstreams: ["http://127.0.0.1:${service}"] } }
identities:
  staff: { issuer: "${provider.issuer}", clientId: ${provider.clientId}, clientSecret: { file: ./secret }, scopes: [profile],
    audience: "${AUDIENCE}", algorithms: [ES256] }
  partner: { keys: { file: ./keys.json, hmacKey: { file: ./hmac } } }
limits: { lag: 1m }`,
  })
  const [forwarding, asked, ...others] = proxy.ports
  const socket = /unix:(@[^"]+)/.exec(checks)?.[1]?.replaceAll('@', run.scratch)
  const front = await start({
    checks: socket ?? `127.0.0.1:${asked}`,
    proxy: `127.0.0.1:${forwarding}`,
    service: `127.0.0.1:${service}`,
    more: others.map((port) => `127.0.0.1:${port}`),
  })
  origin = `http://${HOST}:${front.port}`
  const watched = async (answer: Promise<Answer>): Promise<Outcome> => {
    seen.length = 0
    const outcome = { answer: await answer, seen: seen.splice(0) }
    const reached = outcome.seen.map(({ method, url }) => `${method} ${url}`).join(', ') || '-'
    trace.push(`${[outcome.answer.status, outcome.answer.headers.get('x-iap-error')].filter(Boolean).join(' ')} → ${reached}`)
    return outcome
  }
  const records = () => recordsIn(proxy.audit)
  const send = (text: string) => watched(askRaw(front.port, text))
  return {
    front,
    provider,
    partner,
    origin,
    verifier: createVerifier({ audience: 'shop', jwks: `http://127.0.0.1:${forwarding}/.well-known/iap/jwks.json` }),
    token: (subject, groups = []) => accessToken(provider, subject, groups),
    send,
    ask(line, lines = [], body = '') {
      const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
      const connection = lines.some((each) => /^connection:/i.test(each)) ? [] : ['Connection: close']
      return send(`${[`${line} HTTP/1.1`, `Host: ${HOST}`, ...connection, ...lines, ...length].join('\n')}\n\n${body}`)
    },
    askHttp2: (headers) => watched(askHttp2(front.http2, { ':authority': HOST, ...headers })),
    record: (requestId) =>
      waitFor(() => records().find((each) => each.requestId === requestId), `no audit record of request ${requestId}`),
    recordsOf: (path) => records().filter((each) => each.rawPath?.split('?')[0] === path),
    async revoke(what) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
      const answer = await fetch(`${proxy.admin}/v1/revocations`, { method: 'POST', headers, body: JSON.stringify(what) })
      if (answer.status !== 201) throw new Error(await answer.text())
    },
    takeSeen: () => seen.splice(0),
    takeTrace: () => trace.splice(0),
  }
}

/** A service that answers with `service`, keeps what it received, and echoes on WebSockets. */
async function startService(run: InteropRun, seen: SeenRequest[]): Promise<number> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers, headersDistinct, rawHeaders } = request
      seen.push({ method, url, headers, lines: headersDistinct, rawHeaders, body })
      const [, status = '200'] = /^\/open\/status\/([0-9]{3})$/.exec(url) ?? []
      response.writeHead(Number(status)).end('service')
    })
  })
  server.on('upgrade', (request, socket) => {
    const { method = '', url = '', headers, headersDistinct, rawHeaders } = request
    seen.push({ method, url, headers, lines: headersDistinct, rawHeaders, body: '' })
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.on('error', () => {}).on('end', () => socket.end())
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => server.closeAllConnections())
  run.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}

function accessToken({ issuer, signNow }: LoginProvider, sub: string, groups: readonly string[]): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, aud: AUDIENCE, sub, iat: now, exp: now + 600, jti: randomUUID(), client_id: 'tests', groups }
  return signNow(claims, { typ: 'at+jwt' })
}

/** Of requests: other lines of the audit log have a `kind`. The last line may not be whole yet. */
function recordsIn(path: string): readonly AuditRecord[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as AuditRecord).filter((record) => !('kind' in record))
}
