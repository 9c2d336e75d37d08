import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { buildProgram } from '../../bench/run-program.ts'
import { type InstantiateInput, type PolicyRefusal, readBundle, type Share, type Tally } from '../../runtime/policy/index.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { TEST_AUDIENCE } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'
import type { Call } from './candidate-program.ts'
import type { Live } from './start-live.ts'

/** Workers, two if nothing else is said, and what may be a candidate in them. */
export interface CandidateProxy {
  readonly port: number
  /** Where the active one comes from, in the folder. */
  readonly bundle: string
  begin(bundle: InstantiateInput): Promise<PolicyRefusal | null>
  share(share: Share): Promise<void>
  end(): Promise<void>
  tally(): Promise<Tally | null>
  /** Of workers that are ready. */
  pids(): Promise<readonly number[]>
  active(): Promise<{ readonly revision: string; readonly sequence: number } | null>
  put(name: string, value: unknown): Promise<unknown>
  /** All that it said. */
  said(): string
  /** Waits until there are so many records of requests; in the order in which these came. */
  records(count: number): Promise<readonly AuditRecord[]>
}

/** What a candidate is made of. `change`: of its code, which nobody has signed. */
export async function candidateOf(policy: string, change: (code: string) => string = (code) => code): Promise<InstantiateInput> {
  const read = await readBundle(await compilePolicy(policy, { sequence: 1000 }), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  const { manifest, sourceMap, validators } = read.bundle
  return { manifest, policy: change(read.bundle.policy), sourceMap, validators }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
let starts = 0

export interface SharedCandidate {
  /** The proxy, without a candidate and without the records of earlier tests. */
  take(): Promise<CandidateProxy>
  close(): Promise<void>
}

/** One proxy for the tests that leave it as it was but for its candidate: to start one takes longer than most of them. */
export function shareCandidate(live: () => Live, policy: string): SharedCandidate {
  let started: Promise<StartedCandidate> | null = null
  return {
    async take() {
      started ??= start(live(), policy)
      const proxy = await started
      await proxy.end()
      const said = proxy.said().length
      // Requests of earlier tests have come by then, and those of this one come in a later millisecond.
      const from = Date.now() + 1
      await eventually(() => Date.now() > from || undefined)
      return {
        ...proxy,
        said: () => proxy.said().slice(said),
        records: (count) => proxy.recordsSince(from, count),
      }
    },
    close: async () => await (await started)?.close(),
  }
}

/** With what `policy` says as the active one, for one test. */
export async function startCandidate(live: Live, policy: string, workers = 2): Promise<CandidateProxy> {
  const proxy = await start(live, policy, workers)
  onTestFinished(proxy.close)
  return proxy
}

interface StartedCandidate extends CandidateProxy {
  /** Of requests that came at that time or later, in milliseconds since 1970. */
  recordsSince(from: number, count: number): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}

async function start(live: Live, policy: string, workers = 2): Promise<StartedCandidate> {
  const { stage, upstream, issuer } = live
  const program = await buildProgram(root, 'tests/live/candidate-program.ts')
  const number = ++starts
  const own = { bundle: `candidate-${number}.iapb`, audit: `candidate-${number}.jsonl`, config: `candidate-${number}.yaml` }
  writeFileSync(join(stage.folder, own.bundle), await compilePolicy(policy, { signers: [testSigner] }))
  stage.configure(
    {
      workers,
      upstream: upstream.origin,
      identities: `{ user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }`,
      bundle: `{ source: ./${own.bundle}, keys: [./key.jwk.json], state: ./candidate-state-${number} }`,
      audit: `[{ file: ./${own.audit} }]`,
      listeners: '[{ address: "127.0.0.1:0", http2: true }]',
      more: 'data: { listed: { push: true } }',
    },
    own.config,
  )
  const child = fork(program, [join(stage.folder, own.config)], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], execArgv: [] })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const close = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const recordsSince = (from: number, count: number) =>
    eventually(() => {
      const all = stage.audit(own.audit).filter(({ time }) => Date.parse(time) >= from)
      // Each worker writes when it does.
      return all.length >= count ? all.toSorted((a, b) => a.time.localeCompare(b.time)) : undefined
    }, `there are not ${count} records`)
  const asking = askingOf(child, () => said)
  const port = await asking.port.catch(async (error) => {
    await close()
    throw error
  })
  return {
    port,
    bundle: own.bundle,
    begin: (bundle) => asking.ask({ kind: 'begin', bundle }) as Promise<PolicyRefusal | null>,
    share: (share) => asking.ask({ kind: 'share', share }) as Promise<void>,
    end: () => asking.ask({ kind: 'end' }) as Promise<void>,
    tally: () => asking.ask({ kind: 'tally' }) as Promise<Tally | null>,
    pids: () => asking.ask({ kind: 'pids' }) as Promise<readonly number[]>,
    active: () => asking.ask({ kind: 'active' }) as ReturnType<CandidateProxy['active']>,
    put: (name, value) => asking.ask({ kind: 'put', name, text: JSON.stringify(value) }),
    said: () => said,
    records: (count) => recordsSince(0, count),
    recordsSince,
    close,
  }
}

interface Asking {
  readonly port: Promise<number>
  ask(call: Call): Promise<unknown>
}

function askingOf(child: ChildProcess, said: () => string): Asking {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  let ready = (_: number): void => {}
  const port = new Promise<number>((resolve, reject) => {
    ready = resolve
    child.once('exit', () => reject(new Error(`it has ended: ${said()}`)))
  })
  child.on(
    'message',
    (message: { readonly id?: number; readonly port?: number; readonly value?: unknown; readonly error?: string }) => {
      if (message.port !== undefined) return ready(message.port)
      const asked = waiting.get(message.id ?? 0)
      waiting.delete(message.id ?? 0)
      if (message.error !== undefined) asked?.reject(new Error(message.error))
      // Over this channel nothing is null.
      else asked?.resolve(message.value ?? null)
    },
  )
  return {
    port,
    ask: (call) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        child.send({ id: last, call })
      }),
  }
}
