import { readFileSync } from 'node:fs'
import type { InteropRun } from '../../interop/support/interop-run.ts'
import { startProxy } from '../../interop/support/start-proxy.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import type { Backends } from '../fronts/stand.ts'
import { AUDIENCE, startIssuer } from './issuer.ts'
import { fixturePolicy } from './policy.ts'
import type { Tokens } from './threat-case.ts'
import { tokensFor } from './tokens-for.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A front that closes connections soon after their last request, so that no case waits for it. */
export interface ThreatFront {
  readonly name: string
  /** Port of 127.0.0.1 for HTTP/1.1. */
  readonly port: number
  /** Port of 127.0.0.1 for HTTP/2 without TLS. */
  readonly http2: number
}

/** A front, the proxy behind it with the policy of the threat cases, and a service. */
export interface ThreatStand {
  readonly front: ThreatFront
  readonly upstream: Upstream
  readonly tokens: Tokens
  /** Returns the records of requests that have been written so far. */
  records(): readonly AuditRecord[]
}

export interface ThreatStandOptions {
  /** YAML of the listener for checks. `@` is the scratch folder. */
  readonly checks: string
  start(backends: Backends): Promise<ThreatFront>
}

/** Starts all of it, with two worker processes. Everything ends with `run`. Needs a built `dist/`. */
export async function startThreatStand(run: InteropRun, { checks, start }: ThreatStandOptions): Promise<ThreatStand> {
  const [upstream, issuer] = await Promise.all([startUpstream(), startIssuer()])
  run.defer(() => upstream.close())
  run.defer(() => issuer.close())
  const { ports, audit } = await startProxy(run, {
    policy: fixturePolicy,
    config: `listeners:
  - { address: "127.0.0.1:0" }
  - { ${checks.replaceAll('@', run.scratch)} }
workers: 2
identities:
  user: { issuer: "${issuer.url}", audience: "${AUDIENCE}", algorithms: [ES256, RS256] }
services:
  app: { upstreams: ["${upstream.origin}"] }
  tenants: { upstreams: ["${upstream.origin}"] }
limits: { lag: 1m }`,
  })
  const [port = 0, asked] = ports
  const socket = /unix:(@[^"]+)/.exec(checks)?.[1]?.replaceAll('@', run.scratch)
  const front = await start({
    checks: socket ?? `127.0.0.1:${asked}`,
    proxy: `127.0.0.1:${port}`,
    service: new URL(upstream.origin).host,
  })
  return { front, upstream, tokens: await tokensFor({ issuer, port, upstream }), records: () => recordsIn(audit) }
}

/** Of requests: other lines of the audit log have a `kind`. The last line may not be whole yet. */
function recordsIn(path: string): readonly AuditRecord[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as AuditRecord).filter((record) => !('kind' in record))
}
