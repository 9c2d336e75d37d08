import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import type { Diagnosis } from '../../runtime/server/doctor/index.ts'
import { inside } from '../cli/inside.ts'
import { type CompilePolicyOptions, compilePolicy, testSigner } from '../support/compile-policy.ts'
import { freePort } from '../support/listening-program.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import type { Certified } from '../support/x509.ts'

/** A deployment that a case breaks: parts of its configuration, in YAML, and its files. */
export interface Parts {
  /** How the policy recognizes `user`, and which claims it has. */
  readonly via?: string
  readonly claims?: string
  /** In place of `user: …`. */
  readonly identities?: string
  /** Of the listener, beside its address. */
  readonly listener?: string
  readonly address?: string
  readonly upstream?: string
  /** Of the service, beside its addresses. */
  readonly service?: string
  readonly state?: string
  /** Of the bundle: in place of the file. */
  readonly source?: string
  /** Further sections. */
  readonly more?: string
  /** In the folder of the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly bundle?: CompilePolicyOptions
}

export interface SetUp {
  readonly folder: string
  readonly issuer: TestIssuer
  doctor(...words: readonly string[]): Promise<{ readonly code: number | null; readonly checks: readonly Diagnosis[] }>
  /** What `iap whoami` says as text. */
  whoami(input: string, ...words: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }>
}

/** Starts an issuer and a service, and writes the configuration and a signed bundle. */
export async function setUp(issuer: TestIssuer, parts: Parts): Promise<SetUp> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { via = 'jwt', claims = 'sub: string', bundle = {} } = parts
  const policy = `identity user via ${via} { ${claims} }
service app at "app.test" {
  route all GET "/{rest...}"
}
permit users on app.all to user
`
  writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(policy, { signers: [testSigner], ...bundle }))
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  for (const [name, text] of Object.entries(parts.files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, { mode: 0o600 })
  }
  const usual = `user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }`
  const text = `listeners: [{ address: "${parts.address ?? '127.0.0.1:0'}", ${parts.listener ?? ''} }]
bundle: { ${parts.source ?? 'source: ./policy.iapb'}, keys: [./key.jwk.json], state: ${parts.state ?? './state'} }
identities: { ${parts.identities ?? usual} }
services: { app: { upstreams: ["${parts.upstream ?? issuer.issuer}"], ${parts.service ?? ''} } }
audit: [{ file: ./audit.jsonl }]
${parts.more ?? ''}
`
  const file = join(folder, 'iap.yaml')
  writeFileSync(file, text)
  return {
    folder,
    issuer,
    async doctor(...words) {
      const { code, stdout, stderr } = await inside(['doctor', '-c', file, '--format', 'json', ...patient(words)], {
        cwd: folder,
      })
      if (stdout === '') throw new Error(stderr)
      return { code, checks: JSON.parse(stdout).checks as readonly Diagnosis[] }
    },
    async whoami(input, ...words) {
      const { code, stdout, stderr } = await inside(['whoami', '-c', file, ...patient(words)], { cwd: folder, stdin: input })
      return { code, text: stdout + stderr }
    },
  }
}

/** A busy machine has more time than the default. */
function patient(words: readonly string[]): readonly string[] {
  return words.includes('--timeout') ? words : [...words, '--timeout', '2m']
}

/** An issuer of the tests, until the test is over. */
export async function anIssuer(): Promise<TestIssuer> {
  const issuer = await startTestIssuer()
  onTestFinished(() => issuer.close())
  return issuer
}

/** Returns the port of a server of 127.0.0.1 that runs until the test is over; with TLS if there is a certificate. */
export async function serve(listener: RequestListener, certified?: Certified): Promise<number> {
  const server = certified === undefined ? createServer(listener) : createSecure(certified, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** An origin where nobody listens. */
export async function nobody(scheme = 'http'): Promise<string> {
  return `${scheme}://127.0.0.1:${await freePort()}`
}
