import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../../bench/run-program.ts'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { testPolicy } from '../support/start-test-proxy.ts'

export interface Carrier {
  readonly port: number
  /** Resident set of the proxy, in bytes: now, and the most since it was asked last. */
  memory(): Promise<{ readonly rss: number; readonly most: number }>
  close(): Promise<void>
}

/** The proxy, bundled as what is shipped is, in a process of its own; of the policy of other tests `/open` is what matters. */
export async function startCarrier(upstream: string): Promise<Carrier> {
  const program = await buildProgram(fileURLToPath(new URL('../../', import.meta.url)), 'tests/carrying/program.ts')
  const folder = mkdtempSync(join(tmpdir(), 'iap-carrying-'))
  writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(testPolicy, { signers: [testSigner] }))
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  writeFileSync(
    join(folder, 'iap.yaml'),
    `
listeners: [{ address: 127.0.0.1:0, http2: true }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "http://127.0.0.1:1", audience: tests, algorithms: [ES256] } }
services: { app: { upstreams: ["${upstream}"], timeout: 5m } }
audit: []
`,
  )
  const child = fork(program, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  return {
    port,
    async memory() {
      const answered = once(child, 'message')
      child.send('memory')
      return (await answered)[0]
    },
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
