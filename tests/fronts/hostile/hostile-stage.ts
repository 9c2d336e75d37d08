import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import type { TcpNetConnectOpts } from 'node:net'
import { join } from 'node:path'
import type { AuditRecord } from '../../../runtime/telemetry/audit/index.ts'
import { openStage, type Running } from '../../life/proxy-process.ts'
import { type Held, holdingPreload, residentMemory } from '../../soak/processes.ts'
import { testAuthority } from '../../support/test-authority.ts'
import { eventually } from '../../support/until.ts'
import { policyAt } from './checks.ts'

export const EDGE = 'spiffe://shop.example/edge'

/** Names of the listeners with ports, in the order of the configuration. */
const LISTENERS = ['extAuthz', 'forwardAuth', 'nginx', 'foreignGrpc', 'foreignHttp', 'tlsGrpc', 'tlsHttp'] as const
type Listener = (typeof LISTENERS)[number]

/** The real program with two workers and listeners for checks. */
export interface HostileStage {
  readonly folder: string
  /** Path of the Unix socket of ext_authz. */
  readonly socket: string
  /** Authority of the clients of the listeners with TLS. */
  readonly people: ReturnType<typeof testAuthority>
  /** PEM of the authority of the certificates of those listeners. */
  readonly authority: string
  /** Writes the configuration. `body`: KiB of `limits.body`; another number is another configuration. */
  configure(body?: number): void
  start(): Promise<Running>
  /** The running proxy. */
  proxy(): Running
  to(listener: Listener): TcpNetConnectOpts
  target(listener: Listener): string
  records(): readonly AuditRecord[]
  /** Returns a function that returns the bytes of the workers that there are now. */
  residentNow(): Promise<() => number>
  /** What each worker holds after a garbage collection. */
  held(): Promise<readonly Held[]>
  remove(): void
}

/** Resident memory of a worker beyond which it refuses requests. An eighth of it is for checks. */
const MEMORY = 800

export async function openHostileStage(): Promise<HostileStage> {
  const stage = await openStage(policyAt('a'))
  const { folder } = stage
  // Others must come as far as the socket.
  chmodSync(folder, 0o755)
  const file = (name: string) => join(folder, name)
  const people = testAuthority('people')
  const servers = testAuthority('servers')
  const server = servers.server(['iap.test', 'localhost'])
  for (const [name, text] of Object.entries({ 's.pem': server.cert, 's.key': server.key, 'ca.pem': people.cert }))
    writeFileSync(file(name), text, { mode: 0o600 })
  let running: Running | null = null
  let ports: readonly number[] = []
  const proxy = () => {
    if (running === null) throw new Error('the proxy does not run')
    return running
  }
  const portOf = (listener: Listener) => ports[LISTENERS.indexOf(listener)] ?? 0
  const pids = async () => (await proxy().workers()).map(({ pid }) => pid)
  return {
    ...{ folder, people, authority: servers.cert, proxy, socket: file('check.sock') },
    configure(body = 1024) {
      writeFileSync(file('iap.yaml'), configuration(file('check.sock'), body))
    },
    async start() {
      running = stage.start({
        lives: 'stage',
        spawn: { env: { ...process.env, NODE_OPTIONS: holdingPreload(file('held.jsonl')) } },
      })
      ports = await running.ready()
      return running
    },
    to: (listener) => ({ host: '127.0.0.1', port: portOf(listener), noDelay: true }),
    target: (listener) => `127.0.0.1:${portOf(listener)}`,
    records: () => stage.audit(),
    async residentNow() {
      const all = await pids()
      return () => all.reduce((sum, pid) => sum + residentMemory(pid), 0)
    },
    async held() {
      const all = await pids()
      writeFileSync(file('held.jsonl'), '')
      for (const pid of all) process.kill(pid, 'SIGUSR2')
      const lines = () => readFileSync(file('held.jsonl'), 'utf8').split('\n').slice(0, -1)
      await eventually(() => lines().length >= all.length || undefined, 'a worker does not say what it holds')
      return lines().map((line) => JSON.parse(line) as Held)
    },
    remove: () => stage.remove(),
  }
}

function configuration(socket: string, body: number): string {
  const [own, foreign] = ['clients: [{ address: 127.0.0.1 }]', 'clients: [{ address: 192.0.2.1 }]']
  const tls = `clients: [{ certificate: "${EDGE}" }], tls: { cert: ./s.pem, key: ./s.key, clientCa: ./ca.pem, clientCert: optional }`
  const grpc = 'address: "127.0.0.1:0", protocol: ext-authz'
  const http = 'address: "127.0.0.1:0", protocol: forward-auth, original: x-forwarded'
  return `listeners:
  - { ${grpc}, ${own} }
  - { ${http}, ${own} }
  - { address: "127.0.0.1:0", protocol: forward-auth, original: x-original, ${own} }
  - { ${grpc}, ${foreign} }
  - { ${http}, ${foreign} }
  - { ${grpc}, ${tls} }
  - { ${http}, ${tls} }
  - { address: "unix:${socket}", mode: "0600", protocol: ext-authz }
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }
audit: [{ file: ./audit.jsonl }]
admin: { address: "127.0.0.1:0" }
workers: 2
limits: { lag: 1m, body: ${body}KiB, memory: ${MEMORY}MiB }
`
}
