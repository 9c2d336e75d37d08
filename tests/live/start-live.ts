import type { SpawnOptions } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { join } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import type { PolicyChangeRecord } from '../../runtime/telemetry/audit/index.ts'
import { openStage, type Running, type Stage, type StageConfig, type StartOptions } from '../life/proxy-process.ts'
import { type AdminAnswered, adminFiles, adminYaml, callAdmin } from '../support/admin.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'

/** `groups` are admitted to `/users`, and those who are `listed` in data to `/listed`. */
export const livePolicy = (groups: readonly string[], more = '') => `
identity user via jwt {
  sub: string
  groups: set<string>
}
role listed_user of user when caller.sub in listed
data listed: set<string>
service app at "app.test" {
  route open   ANY "/open/{rest...}"
  route users  ANY "/users/{rest...}"
  route listed ANY "/listed/{rest...}"
  route posted POST "/posted/{rest...}" body { x: int }
}
permit open_to_all on app.open to anyone
${groups.map((group) => `permit ${group}_in on app.users to user when "${group}" in caller.groups`).join('\n')}
permit listed_in on app.listed to listed_user
${more}
`

export interface Live {
  readonly stage: Stage & { remove(): void }
  readonly upstream: TestUpstream
  readonly issuer: TestIssuer
  bearer(claims?: Readonly<Record<string, unknown>>): string
  /** Puts a bundle to where it comes from. */
  release(policy: string, sequence: number): Promise<void>
  /** In two steps. */
  prepare(policy: string, sequence: number): Promise<void>
  publish(): void
  /** @param lives as that of a stage */
  start(more?: Partial<StageConfig>, spawn?: SpawnOptions, lives?: StartOptions['lives']): Promise<LiveProxy>
  close(): Promise<void>
}

export interface LiveProxy {
  readonly running: Running
  readonly port: number
  readonly audit: string
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<AdminAnswered>
  /** Status and code. */
  get(path: string, bearer?: string): Promise<readonly [number, string | null]>
}

/** A proxy whose policy and data change, and a service that streams on `…/stream` and opens WebSockets. */
export async function openLive(): Promise<Live> {
  const issuer = await startTestIssuer()
  const upstream = await startUpstream((request, response) => {
    if (request.url?.includes('silent')) return
    if (!request.url?.includes('stream')) return void response.end('fine')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  })
  new WebSocketServer({ server: upstream.server }).on('connection', (socket) => socket.send('begun'))
  const stage = await openStage(livePolicy(['staff']))
  for (const [name, content] of Object.entries(adminFiles)) writeFileSync(join(stage.folder, name), content, { mode: 0o600 })
  let starts = 0
  const prepare = async (policy: string, sequence: number) =>
    writeFileSync(join(stage.folder, 'next.iapb'), await compilePolicy(policy, { signers: [testSigner], sequence }))
  const publish = () => renameSync(join(stage.folder, 'next.iapb'), join(stage.folder, 'policy.iapb'))
  return {
    stage,
    upstream,
    issuer,
    bearer: (claims = {}) => `Bearer ${issuer.mint({ groups: ['staff'], ...claims })}`,
    prepare,
    publish,
    async release(policy, sequence) {
      await prepare(policy, sequence)
      publish()
    },
    async start(more = {}, spawn = {}, lives = 'test') {
      const audit = `audit-${++starts}.jsonl`
      stage.configure({
        upstream: upstream.origin,
        identities: `{ user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }`,
        audit: `[{ file: ./${audit} }]`,
        admin: adminYaml,
        ...more,
        more: `data: { listed: { push: true } }\n${more.more ?? ''}`,
      })
      const running = stage.start({ spawn, lives })
      const [port = 0] = await running.ready()
      const [, admin = ''] = await running.line(/health and metrics on (http\S+)/)
      return {
        running,
        port,
        audit,
        api: (method, path, body, headers) => callAdmin(admin, method, path, body, headers),
        get: (path, bearer) => get(port, path, bearer),
      }
    },
    async close() {
      await upstream.close()
      await issuer.close()
      stage.remove()
    },
  }
}

/** A connection of its own each time: which worker answers is by turns. */
function get(port: number, path: string, bearer?: string): Promise<readonly [number, string | null]> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'app.test', connection: 'close', ...(bearer !== undefined && { authorization: bearer }) }
    const request = httpRequest({ port, path, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve([response.statusCode ?? 0, response.headers['x-iap-error']?.toString() ?? null]))
    })
    request.on('error', reject).end()
  })
}

/** What has become of policies, by the audit log. */
export function changesIn({ stage }: Live, { audit }: LiveProxy): readonly PolicyChangeRecord[] {
  return readFileSync(join(stage.folder, audit), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PolicyChangeRecord)
    .filter(({ kind }) => kind === 'policy')
}

/** One that lasts: `ended` is settled with the time at which it has. */
export interface Stream {
  readonly kind: string
  readonly ended: Promise<void>
  close(): void
}

/** A WebSocket, server-sent events over HTTP/1.1 and over HTTP/2, each of which has begun. */
export async function openStreams(port: number, path: string, bearer: string): Promise<readonly Stream[]> {
  return [
    await openWebSocket(port, path, bearer),
    await openEvents(port, path, bearer),
    await openHttp2Events(port, path, bearer),
  ]
}

async function openWebSocket(port: number, path: string, authorization: string): Promise<Stream> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}/ws`, { headers: { authorization, host: 'app.test' } })
  socket.on('error', () => {})
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await new Promise((resolve, reject) => {
    socket.once('message', resolve)
    socket.once('close', () => reject(new Error('the WebSocket was not opened')))
  })
  return { kind: 'websocket', ended, close: () => socket.terminate() }
}

async function openEvents(port: number, path: string, authorization: string): Promise<Stream> {
  let ends = (): void => {}
  const ended = new Promise<void>((resolve) => {
    ends = resolve
  })
  const request = httpRequest({ port, path: `${path}/stream`, headers: { host: 'app.test', authorization } })
  request.on('error', () => ends())
  request.end()
  await new Promise<void>((resolve) => {
    request.once('response', (response) => {
      response.once('data', () => resolve())
      for (const event of ['error', 'close']) response.on(event, () => ends())
    })
  })
  return { kind: 'events', ended, close: () => request.destroy() }
}

async function openHttp2Events(port: number, path: string, authorization: string): Promise<Stream> {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const stream = session.request({ ':path': `${path}/stream`, ':authority': 'app.test', authorization })
  stream.on('error', () => {})
  const ended = new Promise<void>((resolve) => stream.on('close', () => resolve()))
  await new Promise((resolve) => stream.once('data', resolve))
  return { kind: 'events over HTTP/2', ended, close: () => session.destroy() }
}
