import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { createLog, type RunningProxy, type StartOptions, startProxy } from '../../runtime/index.ts'
import { type Config, loadConfig } from '../../runtime/server/config/index.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { compilePolicy, type PolicySource, testSigner } from './compile-policy.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from './test-issuer.ts'
import { eventually } from './until.ts'

/** `/open` for anybody, `/users` for those who are signed in, `/admin` for admins, and a forbid that says why. */
export const testPolicy = `
identity user via jwt {
  sub: string
  groups: set<string>
}

role admin of user when "admins" in caller.groups

label pii

service app at "app.test" {
  route open   ANY "/open/{rest...}"
  route users  ANY "/users/{rest...}" is pii
  route admin  ANY "/admin/{rest...}"
  route tenant GET "/tenant"
  route sum    GET "/sum/{n: int}"
}

permit open_to_all on app.open, app.tenant to anyone
permit users_in on app.users to user
permit admins_in on app.admin to admin
permit small on app.sum to user when params.n + 9007199254740991 > 0

forbid evil on app.users, app.tenant
  when "x-tenant" in request.headers && request.headers["x-tenant"] == "evil"
  because "Not <this> tenant."
`

export interface TestProxy {
  readonly proxy: RunningProxy
  readonly config: Config
  readonly port: number
  readonly origin: string
  readonly admin: string
  readonly issuer: TestIssuer
  readonly folder: string
  readonly log: readonly string[]
  /** `Bearer …` of an ordinary user, or with other claims. */
  bearer(claims?: Readonly<Record<string, unknown>>): string
  /** Waits until so many records are there, all or those of a path. */
  audit(count: number, path?: string): Promise<readonly AuditRecord[]>
  /** Waits for the record of that request. */
  record(requestId: string | undefined): Promise<AuditRecord>
  /** Waits until the metric's line has this value. */
  metric(line: string): Promise<number>
  close(): Promise<void>
}

export interface TestProxyOptions extends Partial<StartOptions> {
  readonly policy?: PolicySource
  /** YAML, e.g. `30s`. */
  readonly timeout?: string
  /** YAML of the listener, beside its address: `tls: { … }`. */
  readonly listener?: string
  /** YAML: what else stands under the service, e.g. `balance: subject`. */
  readonly service?: string
  /** YAML of what else stands under the one identity. */
  readonly display?: string
  /** YAML of all identities, in place of the one. */
  readonly identities?: string
  /** YAML of all services, in place of the one. */
  readonly services?: string
  /** YAML of other identities than `user`, each on a line of its own: `robot: { … }`. */
  readonly others?: readonly string[]
  /** YAML of what else stands under `admin`: `hosts: [a.test]`. */
  readonly adminMore?: string
  /** YAML of further sinks of audit records: `{ otlp: … }`. */
  readonly sinks?: readonly string[]
  /** YAML of further sections: `pages: { … }`. */
  readonly more?: string
  /** In the folder of the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>
}

/** The real proxy with a policy that was compiled and signed, real tokens, and the upstreams that a test gives. */
export async function startTestProxy(upstreams: readonly string[], options: TestProxyOptions = {}): Promise<TestProxy> {
  const {
    policy = testPolicy,
    timeout,
    listener = '',
    service,
    services,
    identities,
    others = [],
    display = '',
    adminMore = '',
    sinks = [],
    more: sections = '',
    files = {},
    ...start
  } = options
  const folder = mkdtempSync(join(tmpdir(), 'iap-proxy-'))
  const issuer = await startTestIssuer()
  writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(policy, { signers: [testSigner] }))
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 })
  const more = [timeout && `timeout: ${timeout}`, service].filter(Boolean)
  const text = `
listeners: [{ address: 127.0.0.1:0, ${listener} }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: ${identities ?? `\n  user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256], ${display} }\n${others.map((each) => `  ${each}\n`).join('')}`}
services: ${services ?? `{ app: { upstreams: ${JSON.stringify(upstreams)}${more.map((each) => `, ${each}`).join('')} } }`}
audit: [${['{ file: ./audit.jsonl }', ...sinks].join(', ')}]
admin: { address: 127.0.0.1:0, ${adminMore} }
${sections}
`
  const loaded = loadConfig(text, join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  const log: string[] = []
  const proxy = await startProxy(loaded.config, {
    log: createLog((line) => log.push(line)),
    watchInterval: 20,
    ...start,
    limits: { lag: LATE, ...start.limits },
  })
  const origin = proxy.addresses[0] ?? ''
  const admin = proxy.admin ?? ''
  return {
    proxy,
    config: loaded.config,
    origin,
    admin,
    port: Number(new URL(origin).port),
    issuer,
    folder,
    log,
    bearer: (claims = {}) => `Bearer ${issuer.mint({ groups: [], ...claims })}`,
    audit: (count, path) =>
      eventually(() => {
        const records = recordsIn(join(folder, 'audit.jsonl')).filter((record) => path === undefined || record.path === path)
        return records.length >= count ? records : undefined
      }),
    record: (requestId) =>
      eventually(() => recordsIn(join(folder, 'audit.jsonl')).find((record) => record.requestId === requestId)),
    metric: (line) =>
      eventually(async () => {
        const text = await (await fetch(`${admin}/metrics`)).text()
        const found = text.split('\n').find((each) => each.startsWith(`${line} `))
        return found === undefined ? undefined : Number(found.slice(line.length + 1))
      }),
    async close() {
      await proxy.close()
      await issuer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A machine that is busy with other tests makes the proxy late, by which it would refuse requests: milliseconds that it is never late by. */
const LATE = 600_000

/** The metric of requests under way at an address of the service. */
export function underWayAt(origin: string): string {
  const { hostname, port, protocol } = new URL(origin)
  return `http_client_active_requests{server_address="${hostname}",server_port="${port}",url_scheme="${protocol.slice(0, -1)}",iap_service="app"}`
}

/** Of requests: what the log says about itself has a `kind`. */
function recordsIn(file: string): readonly AuditRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const all = lines.slice(0, -1).map((line) => JSON.parse(line) as AuditRecord)
  return all.filter((record) => !('kind' in record))
}

export interface TestUpstream {
  readonly origin: string
  readonly server: Server
  close(): Promise<void>
}

export async function startUpstream(listener: RequestListener): Promise<TestUpstream> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
