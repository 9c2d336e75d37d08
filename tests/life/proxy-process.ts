import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { testPolicy } from '../support/start-test-proxy.ts'
import { eventually, HANG } from '../support/until.ts'

/** `dist/proxy.js`, and a folder with a policy and a configuration. */
export interface Stage {
  readonly folder: string
  /** Writes `iap.yaml`, or another file. */
  configure(options: StageConfig, name?: string): void
  start(options?: StartOptions): Running
  audit(file?: string): readonly AuditRecord[]
  /** All others that it has. */
  noted(file: string): readonly object[]
}

export interface StageConfig {
  /** One, or several. */
  readonly upstream: string | readonly string[]
  readonly workers?: number | string
  /** YAML of the bundle, in place of the file in the folder. */
  readonly bundle?: string
  /** YAML of what else stands under the service. */
  readonly service?: string
  /** YAML of all listeners. */
  readonly listeners?: string
  /** YAML of all identities. */
  readonly identities?: string
  /** YAML of what else stands under `admin`. */
  readonly admin?: string
  /** YAML lines. */
  readonly more?: string
  readonly audit?: string
}

export interface StartOptions {
  /** In place of node with the program: `sh` with some words. */
  readonly command?: readonly [string, ...string[]]
  readonly args?: readonly string[]
  readonly spawn?: SpawnOptions
  /** Until the test has ended, or until the stage is removed; a test's where left out. */
  readonly lives?: 'test' | 'stage'
}

export interface Running {
  readonly child: ChildProcess
  /** All that it said. */
  said(): string
  /** Waits for a line that fits, from `after` on in what it said. */
  line(pattern: RegExp, after?: number): Promise<RegExpExecArray>
  /** Waits until it serves with all its workers; the ports of its listeners. */
  ready(): Promise<readonly number[]>
  admin(path: string): Promise<{ readonly status: number; readonly body: string }>
  workers(): Promise<readonly WorkerStatus[]>
  metric(line: string): Promise<number>
  /** Exit code, or the name of a signal. */
  readonly ended: Promise<number | string>
}

export interface WorkerStatus {
  readonly worker: number
  readonly pid: number
  readonly state: string
  readonly connections: number
  readonly requests: number
}

/** What is shipped. */
const program = fileURLToPath(new URL('../../dist/proxy.js', import.meta.url))

const IDENTITIES = '{ user: { issuer: "https://id.example", audience: "https://app.test", algorithms: [ES256] } }'

/** A machine that is busy with other tests makes a worker late, by which it would refuse requests. */
const CALM = 'limits: { lag: 1m }\n'

/** For the tests of a file: `remove` it at their end. */
export async function openStage(policy: string = testPolicy): Promise<Stage & { remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-life-'))
  const kept: Running[] = []
  writeFileSync(join(folder, 'policy.iapb'), await compilePolicy(policy, { signers: [testSigner] }))
  writeFileSync(join(folder, 'key.jwk.json'), JSON.stringify(publicJwk(testSigner)))
  return {
    folder,
    configure(
      {
        upstream,
        service,
        workers = 2,
        listeners = '[{ address: "127.0.0.1:0" }]',
        identities = IDENTITIES,
        more = '',
        admin = '',
        bundle = '{ source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }',
        audit,
      },
      name = 'iap.yaml',
    ) {
      writeFileSync(
        join(folder, name),
        `listeners: ${listeners}
bundle: ${bundle}
identities: ${identities}
services: { app: { upstreams: ${JSON.stringify([upstream].flat())}${service ? `, ${service}` : ''} } }
audit: ${audit ?? '[{ file: ./audit.jsonl }]'}
admin: { address: "127.0.0.1:0", ${admin} }
workers: ${workers}
${/^limits:/m.test(more) ? '' : CALM}${more}`,
      )
    },
    start({ lives = 'test', ...options } = {}) {
      const running = start(folder, options)
      if (lives === 'stage') kept.push(running)
      else
        onTestFinished(async () => {
          running.child.kill('SIGKILL')
          await running.ended
        })
      return running
    },
    // What the log says about itself, and what was done, has a kind.
    audit: (file = 'audit.jsonl') => recordsIn(join(folder, file)).filter((record) => !('kind' in record)) as AuditRecord[],
    noted: (file) => recordsIn(join(folder, file)).filter((record) => 'kind' in record),
    remove() {
      for (const { child } of kept) child.kill('SIGKILL')
      remove(folder)
    },
  }
}

/** A proxy that has not ended yet may write the last of its records while the folder goes: what it makes is removed with the next try. */
function remove(folder: string): void {
  for (let left = 20; ; left--) {
    try {
      return void rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
    }
  }
}

function recordsIn(file: string): readonly object[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as object)
}

function start(folder: string, { command, args = [], spawn: more = {} }: Omit<StartOptions, 'lives'>): Running {
  const words = [program, '--config', join(folder, 'iap.yaml'), ...args]
  const [file, ...first] = command ?? [process.execPath]
  const child = spawn(file, [...first, ...words], { cwd: folder, ...more })
  let text = ''
  /** Who waits for a line: all look when more was said, and not meanwhile. */
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<number | string>((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal ?? '')))
  const line = (pattern: RegExp, after = 0) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text.slice(after))
        if (found === null) return
        clearTimeout(late)
        waiting.delete(look)
        resolve(found)
      }
      const late = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`no line like ${pattern} in ${text}`))
      }, HANG)
      waiting.add(look)
      look()
    })
  const admin = async (path: string) => {
    const [, origin] = await line(/health and metrics on (http\S+)/)
    const response = await fetch(`${origin}${path}`, { headers: { connection: 'close' } })
    return { status: response.status, body: await response.text() }
  }
  return {
    child,
    said: () => text,
    line,
    admin,
    async ready() {
      const [, addresses = ''] = await line(/listening on (.*)/)
      await eventually(async () => (await admin('/readyz')).status === 200 || undefined, 'it does not become ready')
      return [...addresses.matchAll(/:(\d+)(?:,| |$)/g)].map(([, port]) => Number(port))
    },
    async workers() {
      const { body } = await admin('/readyz?verbose')
      return (JSON.parse(body) as { workers: WorkerStatus[] }).workers
    },
    async metric(name) {
      const { body } = await admin('/metrics')
      const found = body.split('\n').find((each) => each.startsWith(`${name} `))
      return found === undefined ? Number.NaN : Number(found.slice(name.length + 1))
    },
    ended,
  }
}

export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
