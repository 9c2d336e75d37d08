import type { Socket } from 'node:net'
import { messageOf } from '../../base/errors.ts'
import { createLog, type Log, withFields } from '../../base/log.ts'
import { type Problem, StartupError } from '../../base/startup-error.ts'
import { followSigningKeys } from '../../identity/index.ts'
import { type Policy, type PolicyRefusal, PolicySlot, type Share } from '../../policy/index.ts'
import { NOTHING_LEARNED } from '../../proxy/discovery/index.ts'
import { noMetrics } from '../../telemetry/metrics/index.ts'
import { limitKeyExchange } from '../../tls/index.ts'
import { enforcedBy } from '../bootstrap/enforced.ts'
import { slotOptions } from '../bootstrap/open-policy.ts'
import { type OpenProxy, openProxy } from '../bootstrap/open-proxy.ts'
import { routesOf } from '../bootstrap/routes-of.ts'
import { loadConfig } from '../config/index.ts'
import { makesCodeFromText } from '../without-code-from-text.ts'
import { LimitsOverIpc } from './ipc/limits-over-ipc.ts'
import { RevocationsOverIpc } from './ipc/revocations-over-ipc.ts'
import { SessionsOverIpc } from './ipc/sessions-over-ipc.ts'
import type {
  CandidateReport,
  FromWorker,
  PolicyParts,
  PreparedParts,
  ToWorker,
  WorkerQuestion,
  WorkerStart,
} from './messages.ts'
import { Progress } from './progress.ts'

/** Milliseconds for which idle connections stay open, as a request may be on its way. */
const SETTLE = 1000

/** Runs a worker, until its supervisor ends it or is gone. */
export function runWorker(): void {
  limitKeyExchange()
  // Terminals and some supervisors signal all processes; the first one decides.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
  process.once('disconnect', () => process.exit(1))
  // The reader may end first; an unhandled error would end the worker.
  process.stderr.on('error', () => {})
  if (makesCodeFromText())
    throw new Error('a worker can generate code from strings: start it with `--disallow-code-generation-from-strings`')
  const worker = new Worker()
  process.on('message', (message: ToWorker, socket?: Socket) => worker.hear(message, socket))
}

function notify(message: FromWorker, done: () => void = () => {}): void {
  // Without a supervisor, `disconnect` ends the process.
  process.send?.(message, undefined, undefined, done)
}

class Worker {
  readonly #progress = new Progress((told) => notify({ kind: 'progress', ...told }))
  readonly #sessions = new SessionsOverIpc(notify)
  readonly #revocations = new RevocationsOverIpc(notify)
  readonly #limits = new LimitsOverIpc(notify)
  #proxy: OpenProxy | null = null
  #slot = new PolicySlot()
  #prepared: number | null = null
  #candidate = 0
  #hasServed = false
  #keys: ReturnType<typeof followSigningKeys> | null = null
  #cut: AbortController | null = null

  hear(message: ToWorker, socket?: Socket): void {
    switch (message.kind) {
      case 'start':
        return void this.#start(message)
      case 'connection':
        return void this.#take(message.id, message.listener, socket)
      case 'sent':
        return void this.#progress.sent(message.id)
      case 'ask':
        return void this.#answer(message.id, message.what)
      case 'ping':
        return void notify({ kind: 'pong' })
      case 'keys':
        return void this.#keys?.take(message.keys)
      case 'stored':
        return void this.#sessions.stored(message.id, message.value)
      case 'ended':
        return void this.#sessions.ended(message.keys)
      case 'revocations':
        return void this.#revocations.copy.apply(message)
      case 'hears-revocations':
        return void this.#revocations.copy.setHears(message.hears)
      case 'all-revocations':
        return void this.#revocations.copy.reset(message)
      case 'revoked':
        return void this.#revocations.revoked(message.id, message.outcome)
      case 'prepare':
        return void this.#prepare(message.id, message)
      case 'commit':
        return void this.#commit(message.id, message.prepared)
      case 'drop':
        return void this.#drop()
      case 'try':
        return void this.#try(message.id, message.number, message.bundle)
      case 'share':
        return void this.#share(message.id, message.number, message.share)
      case 'untry':
        return void this.#untry(message.id, message.number)
      case 'suspend':
        return void this.#slot.suspend(message.isSuspended)
      case 'limited':
        return void this.#limits.limited(message.id, message.rooms)
      case 'reopen':
        return void this.#proxy?.audit.reopen()
      case 'drain':
        return void this.#drain(message.ms)
    }
  }

  async #start(start: WorkerStart): Promise<void> {
    const { worker, workers, text, file, insecureHttpIssuer, learn, keys, sessionSecret } = start
    const log: Log = withFields(
      createLog((line) => process.stderr.write(line)),
      { worker },
    )
    const loaded = loadConfig(text, file, { insecureHttpIssuer, learn })
    if (!loaded.ok) throw new Error('the worker rejects the configuration that the supervisor accepted: restart the proxy')
    this.#keys = keys && followSigningKeys(keys)
    this.#revocations.copy.setHears(start.hearsRevocations)
    this.#slot = new PolicySlot({ ...slotOptions(loaded.config), isCodeChecked: true })
    let problems: readonly Problem[] = []
    try {
      this.#proxy = await openProxy(loaded.config, {
        log,
        slot: this.#slot,
        sharers: workers,
        onFull: () => notify({ kind: 'full' }),
        revocations: this.#revocations,
        buckets: this.#limits,
        sessions: { store: this.#sessions.store, secret: sessionSecret },
        audit: { process: `worker ${worker}`, onHead: (head, file) => notify({ kind: 'head', head, file }) },
        ...(this.#keys && { signingKeys: this.#keys }),
      })
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      problems = error.problems
    }
    notify({ kind: 'opened', problems })
  }

  async #prepare(id: number, { bundle, data }: PreparedParts): Promise<void> {
    this.#prepared = id
    const refusal = await this.#slot
      .prepare({ data, ...(bundle !== null && { bundle }) })
      .catch((error: unknown): PolicyRefusal => {
        return { kind: 'refused', code: 'internal', message: messageOf(error) }
      })
    notify({ kind: 'prepared', id, refusal })
  }

  #commit(id: number, prepared: number): void {
    if (this.#prepared !== prepared) return void notify({ kind: 'committed', id, enforced: null })
    this.#prepared = null
    this.#slot.commit()
    // Loading may leave more garbage than the policy, which V8 would keep for hours and scan in each minor collection.
    if (!this.#hasServed) globalThis.gc?.()
    this.#hasServed = true
    notify({ kind: 'committed', id, enforced: enforcedBy(this.#slot.policy as Policy) })
  }

  #drop(): void {
    this.#prepared = null
    this.#slot.drop()
  }

  async #try(id: number, number: number, bundle: PolicyParts): Promise<void> {
    this.#candidate = number
    const refusal = await this.#slot.candidates.begin(bundle).catch((error: unknown): PolicyRefusal => {
      return { kind: 'refused', code: 'internal', message: messageOf(error) }
    })
    notify({ kind: 'tried', id, refusal })
  }

  async #share(id: number, number: number, share: Share): Promise<void> {
    if (number === this.#candidate) await this.#slot.candidates.share(share)
    notify({ kind: 'tried', id, refusal: null })
  }

  async #untry(id: number, number: number): Promise<void> {
    if (number === this.#candidate) await this.#slot.candidates.end()
    notify({ kind: 'tried', id, refusal: null })
  }

  async #found(): Promise<CandidateReport | null> {
    const number = this.#candidate
    const tally = await this.#slot.candidates.tally()
    return tally && { number, tally }
  }

  #take(id: number, listener: number, socket: Socket | undefined): void {
    this.#progress.came(id)
    // The client may have left on the way.
    if (socket === undefined) return void this.#progress.closed()
    socket.once('close', () => this.#progress.closed())
    socket.on('error', () => {})
    const server = this.#proxy?.listeners[listener]
    if (server === undefined) socket.destroy()
    else server.take(socket)
  }

  async #answer(id: number, what: WorkerQuestion): Promise<void> {
    const proxy = this.#proxy
    if (proxy === null) return
    const answer = what === 'candidate' ? await this.#found() : await answerTo(what, proxy, this.#slot)
    notify({ kind: 'answer', id, answer })
  }

  async #drain(ms: number): Promise<void> {
    const begun = this.#cut
    const cut = begun ?? new AbortController()
    setTimeout(() => cut.abort(), ms)
    if (begun !== null) return
    this.#cut = cut
    await this.#proxy?.close({ settle: Math.min(SETTLE, ms), cut: cut.signal })
    const metrics = (await this.#proxy?.metrics.data()) ?? noMetrics
    const learned = this.#proxy?.learned() ?? NOTHING_LEARNED
    notify({ kind: 'drained', metrics, candidate: await this.#found(), learned }, () => process.exit(0))
  }
}

async function answerTo(
  what: Exclude<WorkerQuestion, 'candidate'>,
  proxy: OpenProxy,
  { serving, policy }: PolicySlot,
): Promise<unknown> {
  if (typeof what === 'object') return proxy.audit.recent(what)
  switch (what) {
    case 'metrics':
      return await proxy.metrics.data()
    case 'status':
      return { policy: serving, ...proxy.more() }
    case 'sessions':
      return { store: await proxy.sessions() }
    case 'ended':
      return proxy.takeEnded()
    case 'held-up':
      return proxy.audit.isHeldUp
    case 'learned':
      return proxy.learned()
    case 'routes':
      return policy === null ? [] : routesOf(policy)
  }
}
