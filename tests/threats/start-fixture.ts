import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSigningKey, packBundle, publicJwk, standaloneValidators } from '../../compiler/bundle/index.ts'
import { compile } from '../../compiler/index.ts'
import { checkProject, renderDiagnostic } from '../../language/index.ts'
import { createLog, type RunningProxy, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { AUDIENCE, type Issuer, startIssuer } from './issuer.ts'
import { fixturePolicy } from './policy.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** The real proxy before a real service, with a policy that was compiled, signed and loaded, and an issuer of tokens. */
export interface Fixture {
  readonly port: number
  readonly proxy: RunningProxy
  readonly upstream: Upstream
  readonly issuer: Issuer
  /** What the proxy said to its operator. */
  readonly log: readonly string[]
  /** Milliseconds by which the proxy's clock is ahead. */
  ahead: number
  /** The audit records written so far. */
  audit(): readonly AuditLine[]
  close(): Promise<void>
}

/** Milliseconds until the head of a request must be there. */
export const HEADERS_TIMEOUT = 1500
/** Milliseconds for which a connection without a request stays. */
export const IDLE_TIMEOUT = 3000

/** What the tests read of an audit record. */
export interface AuditLine {
  readonly requestId: string
  readonly effect: string
  readonly path: string | null
  readonly rawPath: string | null
  readonly status: number | null
  readonly code: string | null
  readonly strippedHeaders: readonly string[]
}

/** @param http2 beside HTTP/1.1 */
export async function startFixture(http2 = false): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-threats-'))
  const [upstream, issuer] = await Promise.all([startUpstream(), startIssuer()])
  const signer = generateSigningKey()
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(signer)))
  writeFileSync(join(folder, 'policy.iapb'), await bundle(signer))
  const loaded = loadConfig(configuration(upstream, issuer, http2), join(folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => error.message).join('\n'))
  const fixture = { ahead: 0, log: [] as string[] }
  const proxy = await startProxy(loaded.config, {
    log: createLog((line) => fixture.log.push(line)),
    clock: () => Date.now() + fixture.ahead,
    // Others that are busy on the machine are no reason to refuse.
    limits: { headers: HEADERS_TIMEOUT, idle: IDLE_TIMEOUT, linger: 200, lag: 600_000 },
  })
  return Object.assign(fixture, {
    port: Number(new URL(proxy.addresses[0] ?? '').port),
    proxy,
    upstream,
    issuer,
    audit: () => auditLines(join(folder, 'audit.jsonl')),
    async close() {
      await proxy.close()
      upstream.close()
      issuer.close()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}

async function bundle(signer: ReturnType<typeof generateSigningKey>): Promise<Uint8Array> {
  const checked = checkProject({ read: (name) => (name === 'policy.iap' ? fixturePolicy : null) }, ['policy.iap'])
  if (checked.result === null)
    throw new Error(checked.diagnostics.map((each) => renderDiagnostic(each, { color: false })).join('\n'))
  const compiled = compile(checked.result)
  return packBundle({
    compiled,
    validators: standaloneValidators(compiled.schemas),
    model: checked.result,
    sources: checked.sources,
    sequence: 1,
    check: { warnings: 0 },
    tests: { passed: 0, failed: 0 },
    signers: [signer],
  })
}

function configuration(upstream: Upstream, issuer: Issuer, http2: boolean): string {
  return `
listeners: [{ address: 127.0.0.1:0, http2: ${http2} }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities:
  user: { issuer: "${issuer.url}", audience: "${AUDIENCE}", algorithms: [ES256, RS256] }
services:
  app: { upstreams: ["${upstream.origin}"] }
  tenants: { upstreams: ["${upstream.origin}"] }
audit: [{ file: ./audit.jsonl }]
`
}

function auditLines(file: string): readonly AuditLine[] {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditLine)
      // What the log says about itself has one.
      .filter((record) => !('kind' in record))
  )
}
