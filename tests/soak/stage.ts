import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../../bench/run-program.ts'
import { generateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { compilePolicy } from '../support/compile-policy.ts'
import { startTestIssuer, TEST_AUDIENCE } from '../support/test-issuer.ts'
import { HANG } from '../support/until.ts'
import { AuditCount } from './audit-count.ts'
import { type Held, holdingPreload } from './processes.ts'

/** The proxy and its services, as processes, and what can be done to the proxy. */
export interface Stage {
  readonly port: number
  readonly bearer: string
  /** Of the supervisor. */
  readonly pid: number
  readonly audit: AuditCount
  /** How often each was done. */
  readonly done: { bundles: number; configurations: number; rotations: number }
  /** All that the proxy said. */
  said(): string
  /** Puts the next policy in the place of the one that is there. */
  replaceBundle(): Promise<void>
  /** Writes another configuration and sends SIGHUP. */
  replaceConfiguration(): void
  /** Moves the audit file away and sends SIGHUP, with nothing changed. */
  rotateAudit(): void
  workers(): Promise<readonly { readonly pid: number; readonly state: string }[]>
  metric(line: string): Promise<number>
  /** What each of these processes holds now. */
  held(pids: readonly number[]): Promise<readonly Held[]>
  /** Ends the proxy as systemd does; its exit code, or a signal. */
  end(): Promise<number | string>
  close(): Promise<void>
}

/** `of`: what makes it another policy. */
const policy = (of: number) => `
identity user via jwt { sub: string, groups: set<string> }
role admin of user when "admins" in caller.groups

type Order = { amount: int, note?: string }

service web at "web.test" {
  route open  ANY  "/open/{rest...}"
  route users ANY  "/users/{rest...}"
  route admin ANY  "/admin/{rest...}"
  route order POST "/orders/{rest...}" body Order
}

service calls at "app.test" {
  rpc say    "test.v1.Echo/Say"
  rpc chat   "test.v1.Echo/Chat"
  rpc count  "test.v1.Echo/Count"
  rpc secret "test.v1.Echo/Secret"
}

permit open_to_all on web.open, calls.say, calls.chat, calls.count to anyone
permit users_in on web.users, calls.secret to user
permit admins_in on web.admin to admin
permit orders on web.order to anyone when body.amount < ${1000 + of}
`

const root = fileURLToPath(new URL('../../', import.meta.url))

/** @param built the proxy's program, if it need not be built */
export async function openStage(built?: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-soak-'))
  const at = (name: string) => join(folder, name)
  const signer = generateSigningKey()
  const [program, services, issuer] = await Promise.all([
    built ?? buildProgram(root, 'runtime/main.ts'),
    buildProgram(root, 'tests/soak/service.ts'),
    startTestIssuer(),
  ])
  const service = fork(services, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ web, calls }] = (await once(service, 'message')) as [{ readonly web: string; readonly calls: string }]
  const done = { bundles: 0, configurations: 0, rotations: 0 }

  async function writeBundle(): Promise<void> {
    const sequence = ++done.bundles
    writeFileSync(at('next.iapb'), await compilePolicy(policy(sequence % 10), { signers: [signer], sequence }))
    renameSync(at('next.iapb'), at('policy.iapb'))
  }
  const writeConfiguration = () =>
    writeFileSync(
      at('iap.yaml'),
      `listeners: [{ address: "127.0.0.1:0", http2: true }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }
services:
  web: { upstreams: ["${web}"] }
  calls: { upstreams: ["${calls}"], protocol: http2 }
audit: [{ file: ./audit.jsonl }]
admin: { address: "127.0.0.1:0" }
workers: 2
# Where others have the machine, too, nothing is to be refused for that.
limits: { body: ${1 + (done.configurations % 2)}MiB, lag: 10s }
`,
    )
  writeFileSync(at('key.jwk.json'), JSON.stringify(publicJwk(signer)))
  await writeBundle()
  writeConfiguration()

  const proxy = spawn(process.execPath, [program, '--config', at('iap.yaml')], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: holdingPreload(at('held.jsonl')) },
  })
  const exited = once(proxy, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  let said = ''
  for (const stream of [proxy.stdout, proxy.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const found = async (pattern: RegExp) => {
    const match = await waitFor(
      () => pattern.exec(said),
      () => `the proxy does not start: ${said}`,
    )
    return match[1] ?? ''
  }
  const origin = await found(/health and metrics on (http\S+)/)
  const port = Number(new URL(await found(/listening on (\S+)/)).port)
  const admin = async (path: string) => await fetch(`${origin}${path}`)
  await waitFor(
    async () => ((await admin('/readyz')).status === 200 ? true : null),
    () => `it does not become ready: ${said}`,
  )

  const audit = new AuditCount(folder)
  return {
    port,
    bearer: `Bearer ${issuer.mint({ groups: [], exp: Math.floor(Date.now() / 1000) + 86_400 })}`,
    pid: proxy.pid as number,
    audit,
    done,
    said: () => said,
    replaceBundle: writeBundle,
    replaceConfiguration() {
      done.configurations++
      writeConfiguration()
      proxy.kill('SIGHUP')
    },
    rotateAudit() {
      done.rotations++
      audit.rotate()
      proxy.kill('SIGHUP')
    },
    async workers() {
      const body = (await (await admin('/readyz?verbose')).json()) as { workers: { pid: number; state: string }[] }
      return body.workers
    },
    async metric(line) {
      const text = await (await admin('/metrics')).text()
      const one = text.split('\n').find((each) => each.startsWith(`${line} `))
      return one === undefined ? Number.NaN : Number(one.slice(line.length + 1))
    },
    async held(pids) {
      const file = at('held.jsonl')
      writeFileSync(file, '')
      for (const pid of pids) process.kill(pid, 'SIGUSR2')
      const lines = () => readFileSync(file, 'utf8').split('\n').slice(0, -1)
      await waitFor(
        () => (lines().length >= pids.length ? true : null),
        () => 'a process does not say what it holds',
      )
      return lines().map((line) => JSON.parse(line) as Held)
    },
    async end() {
      proxy.kill('SIGTERM')
      return await exited
    },
    async close() {
      if (proxy.exitCode === null) proxy.kill('SIGKILL')
      await exited
      service.kill('SIGKILL')
      await issuer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Returns what `look` finds, once it finds something. */
export async function waitFor<T>(look: () => T | null | Promise<T | null>, message: () => string): Promise<T> {
  for (const end = performance.now() + HANG; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > end) throw new Error(message())
  }
}
