import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStage, type Running } from '../life/proxy-process.ts'
import { RawClient } from '../support/raw-client.ts'

/** A folder for each version, with what it wrote. */
export const FIXTURES: string = fileURLToPath(new URL('fixtures/', import.meta.url))

/** What a version leaves behind, and the next one must load: a bundle, its key, a configuration, and audit records. */
export const FILES = ['policy.iapb', 'key.jwk.json', 'iap.yaml', 'audit.jsonl'] as const

const POLICY = `
/// Employees.
identity user via jwt { sub: string, groups: set<string>, level?: int }
role admin of user when "admins" in caller.groups
label money
type Refund = { amount: int, currency: "EUR" | "USD" }
service app at "app.test" {
  route open   GET  "/open/{rest...}"
  route sum    GET  "/sum/{n: int}" query { page?: int }
  route refund POST "/refund" body Refund is money
}
permit everybody on app.open to anyone
permit small on app.sum to anyone when params.n < 10 header "x-small" = "yes"
permit refunds on app.refund to admin when body.amount <= 500
forbid tenant on app.open when request.headers[?"x-tenant"].orValue("") == "evil" because "Not this tenant."
test "a small number" { as anonymous GET "https://app.test/sum/3" expect permit by small }
test "a large one" { as anonymous GET "https://app.test/sum/30" expect deny }
`

const MORE = `drain: { delay: 0s }
probes: { address: "127.0.0.1:0" }
watchdog: { missTimeout: 1m, killTimeout: 2m }
limits: { lag: 1m, stalled: 10s }
`

const REQUESTS = [
  'GET /open/x HTTP/1.1\nHost: app.test\n\n',
  'GET /open/x HTTP/1.1\nHost: app.test\nX-Tenant: evil\n\n',
  'GET /sum/3?page=2 HTTP/1.1\nHost: app.test\n\n',
  'GET /sum/30 HTTP/1.1\nHost: app.test\n\n',
  'POST /refund HTTP/1.1\nHost: app.test\nContent-Type: application/json\nContent-Length: 32\n\n{"amount": 7, "currency": "EUR"}',
  'GET /elsewhere HTTP/1.1\nHost: app.test\n\n',
] as const

/** Sends the requests one after the other. Returns their statuses. No service is behind the proxy, so that what is permitted is a 5xx. */
export async function sendRequests(port: number): Promise<readonly number[]> {
  const statuses: number[] = []
  for (const text of REQUESTS) {
    const client = new RawClient(port)
    client.send(text)
    statuses.push((await client.response()).status)
    client.close()
  }
  return statuses
}

/**
 * Writes the fixture of a version with the built proxy. One that is there is not overwritten. Delete it before only if the version
 * is not released yet.
 */
export async function writeFixture(version: string): Promise<void> {
  const folder = join(FIXTURES, version)
  if (existsSync(folder)) throw new Error(`${folder} is there already`)
  const stage = await openStage(POLICY)
  try {
    stage.configure({ upstream: 'http://127.0.0.1:1', workers: 1, more: MORE })
    const proxy = stage.start({ lives: 'stage' })
    const [port = 0] = await proxy.ready()
    await sendRequests(port)
    proxy.child.kill('SIGTERM')
    await proxy.ended
    mkdirSync(folder, { recursive: true })
    for (const name of FILES) copyFileSync(join(stage.folder, name), join(folder, name))
  } finally {
    stage.remove()
  }
}

/** Starts the built proxy with a copy of a fixture. Its audit records go on in the log of the fixture. */
export async function startWith(version: string): Promise<{ readonly proxy: Running; readonly folder: string; remove(): void }> {
  const stage = await openStage()
  for (const name of FILES) rmSync(join(stage.folder, name), { force: true })
  cpSync(join(FIXTURES, version), stage.folder, { recursive: true })
  return { proxy: stage.start(), folder: stage.folder, remove: stage.remove }
}
