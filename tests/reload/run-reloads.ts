import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { generateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { startTestIssuer, TEST_AUDIENCE } from '../support/test-issuer.ts'
import type { FromChild, HeapSample, ToChild } from './child.ts'
import { callers, type SwappedPolicy, swappedPolicies } from './swapped-policies.ts'

export interface ReloadRun {
  readonly policies: readonly [SwappedPolicy, SwappedPolicy]
  readonly reloads: number
  /** Milliseconds from bundle to swap, of each. */
  readonly durations: readonly number[]
  readonly answers: readonly Answer[]
  readonly audit: readonly AuditLine[]
  readonly samples: readonly HeapSample[]
  /** How the process ended: by itself with 0, or what V8 said when it had no more memory. */
  readonly exit: { readonly code: number | null; readonly outOfMemory: boolean; readonly stderr: string }
}

export interface Answer {
  readonly subject: string
  /** Null: the connection broke. */
  readonly status: number | null
}

export interface AuditLine {
  readonly requestId: string
  readonly revision: string | null
  readonly caller: { readonly subject: string } | null
  readonly effect: string
  readonly status: number
}

export interface RunOptions {
  readonly reloads: number
  /** At least so many; the load goes on until the reloads are done. */
  readonly requests: number
  /** Milliseconds between two of a connection; 0 if left out. */
  readonly pause?: number
  /** Megabytes of old space that the proxy may have. */
  readonly heap: number
  /** Characters of `policy.js`, at least. */
  readonly size: number
  /** With another file in the place of `runtime/policy/instantiate.ts`: a mistake that a test has to find. */
  readonly instead?: 'leaking' | 'stale'
}

const CONNECTIONS = 8

const MISTAKES = {
  leaking: new URL('./leaking-instantiate.ts', import.meta.url),
  stale: new URL('./stale-instantiate.ts', import.meta.url),
}

/** Two bundles by turns, one after the other, while connections with three tokens that stay the same ask for what the bundles decide differently. */
export async function runReloads(options: RunOptions): Promise<ReloadRun> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-reload-'))
  const signer = generateSigningKey()
  const [policies, issuer, upstream] = await Promise.all([
    swappedPolicies(signer, options.size),
    startTestIssuer(),
    startUpstream(),
    buildChild(folder, options.instead ?? null),
  ])
  const files = policies.map(({ bundle }, at) => {
    const file = join(folder, `${at}.iapb`)
    writeFileSync(file, bundle)
    return file
  })
  writeFileSync(join(folder, 'key.json'), JSON.stringify(publicJwk(signer)))
  writeFileSync(join(folder, 'iap.yaml'), configuration(issuer.issuer, upstream.origin))
  const child = fork(join(folder, 'child.mjs'), [join(folder, 'iap.yaml')], {
    execArgv: [`--max-old-space-size=${options.heap}`],
    // Its memory is what is measured: V8's counts of a coverage run would be in it.
    env: { ...process.env, NODE_V8_COVERAGE: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-20_000)
  })
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const durations: number[] = []
  const answers: Answer[] = []
  let samples: readonly HeapSample[] | null = null
  try {
    const { port } = await ask(child, null, 'ready')
    const tokens = Object.entries(callers).map(([sub, groups]) => ({
      subject: sub,
      token: issuer.mint({ sub, groups, exp: Math.floor(Date.now() / 1000) + 3_600 }),
    }))
    const load = { stop: false }
    const workers = Array.from({ length: CONNECTIONS }, (_, at) =>
      keepAsking(port, tokens, at, answers, load, options.pause ?? 0),
    )
    for (let at = 1; at <= options.reloads; at++) {
      const { milliseconds } = await ask(child, { kind: 'reload', file: files[at % 2] as string }, 'reloaded')
      durations.push(milliseconds)
    }
    while (answers.length < options.requests && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20))
    load.stop = true
    await Promise.all(workers)
    samples = (await ask(child, { kind: 'close' }, 'closed')).samples
  } catch (error) {
    if (!(error instanceof ChildGone)) throw error
  } finally {
    if (child.exitCode === null && child.signalCode === null && samples === null) child.kill('SIGKILL')
    await exited
    await issuer.close()
    upstream.close()
  }
  const [code] = await exited
  const audit = auditLines(join(folder, 'audit.jsonl'))
  rmSync(folder, { recursive: true })
  const outOfMemory = /heap out of memory/.test(stderr)
  return {
    policies,
    reloads: durations.length,
    durations,
    answers,
    audit,
    samples: samples ?? [],
    exit: { code, outOfMemory, stderr },
  }
}

class ChildGone extends Error {}

/** Sends, and waits for the answer of that kind; throws `ChildGone` where the process ends instead. */
function ask<Kind extends FromChild['kind']>(
  child: ChildProcess,
  message: ToChild | null,
  kind: Kind,
): Promise<Extract<FromChild, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return reject(new ChildGone())
    const onMessage = (answer: FromChild) => {
      if (answer.kind !== kind) return
      settle()
      resolve(answer as Extract<FromChild, { kind: Kind }>)
    }
    const onExit = () => {
      settle()
      reject(new ChildGone())
    }
    const settle = () => {
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    child.on('message', onMessage).once('exit', onExit)
    if (message !== null) child.send(message)
  })
}

async function keepAsking(
  port: number,
  tokens: readonly { readonly subject: string; readonly token: string }[],
  worker: number,
  answers: Answer[],
  load: { readonly stop: boolean },
  pause: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let at = worker; !load.stop; at++) {
    const { subject, token } = tokens[at % tokens.length] as { subject: string; token: string }
    const status = await askOnce(port, agent, `/r${at % 20}/id${at}/${at % 100}`, token)
    answers.push({ subject, status })
    const rest = status === null ? 50 : pause
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
  }
  agent.destroy()
}

function askOnce(port: number, agent: Agent, path: string, token: string): Promise<number | null> {
  return new Promise((resolve) => {
    const headers = { host: 'shop.test', authorization: `Bearer ${token}` }
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? null)).on('error', () => resolve(null))
    }).on('error', () => resolve(null))
  })
}

/** The proxy with this loader or that, in one file. */
async function buildChild(folder: string, instead: keyof typeof MISTAKES | null): Promise<void> {
  await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: ['tests/reload/child.ts'],
    outfile: join(folder, 'child.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
    plugins: [
      {
        name: 'loader',
        setup(building) {
          building.onResolve({ filter: /\/instantiate\.ts$/ }, ({ importer }) =>
            instead !== null && importer.endsWith('policy-slot.ts') ? { path: fileURLToPath(MISTAKES[instead]) } : null,
          )
        },
      },
    ],
  })
}

async function startUpstream(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function configuration(issuer: string, upstream: string): string {
  return `
listeners: [{ address: 127.0.0.1:0 }]
bundle: { source: ./0.iapb, keys: [./key.json], state: ./state }
identities:
  staff: { issuer: "${issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }
services:
  shop: { upstreams: ["${upstream}"] }
audit: [{ file: ./audit.jsonl }]
`
}

function auditLines(file: string): readonly AuditLine[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').flatMap((line) => parsed(line))
}

/** The last line of a process that died may be half there. */
function parsed(line: string): readonly AuditLine[] {
  try {
    const record = JSON.parse(line) as AuditLine
    // What the log says about itself has one.
    return 'kind' in record ? [] : [record]
  } catch {
    return []
  }
}
