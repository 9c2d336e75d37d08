import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Problem } from '../../base/startup-error.ts'
import { inSlices } from '../../base/waiting.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import type { PolicyRefusal, Share } from '../../policy/index.ts'
import { type Learned, NOTHING_LEARNED } from '../../proxy/discovery/index.ts'
import { type MetricData, noMetrics } from '../../telemetry/metrics/index.ts'
import type { Enforced } from '../bootstrap/enforced.ts'
import type { WatchdogConfig } from '../config/index.ts'
import { WITHOUT_CODE, WITHOUT_PROTO } from '../without-code-from-text.ts'
import { forwardLines } from './forward-lines.ts'
import { PendingReplies } from './ipc/pending-replies.ts'
import type {
  CandidateReport,
  FromWorker,
  PolicyParts,
  PreparedParts,
  ToWorker,
  WorkerProgress,
  WorkerQuestion,
  WorkerStart,
} from './messages.ts'
import { WORKER_MARK, workerProgram } from './role.ts'

export interface Accepted {
  readonly socket: Socket
  readonly listener: number
}

export interface WorkerEvents {
  /**
   * Called when the worker has checked its configuration. If there are no problems, the worker can serve as soon as it has a
   * policy.
   */
  opened(worker: WorkerProcess, problems: readonly Problem[]): void
  ready(): void
  full(worker: WorkerProcess): void
  store(worker: WorkerProcess, message: Extract<FromWorker, { kind: 'store' }>): void
  revoke(worker: WorkerProcess, message: Extract<FromWorker, { kind: 'revoke' }>): void
  limit(worker: WorkerProcess, message: Extract<FromWorker, { kind: 'limit' }>): void
  head(worker: WorkerProcess, message: Extract<FromWorker, { kind: 'head' }>): void
  /** Called when the worker is killed because it did not respond for `killTimeout`. */
  hung(worker: WorkerProcess): void
  /**
   * Called when the worker is gone.
   *
   * @param how reason, such as `exit code 1` or `SIGKILL`
   * @param left connections that were passed to the worker, but that it had not accepted
   */
  gone(worker: WorkerProcess, how: string, left: readonly Accepted[]): void
}

/**
 * The young generation starts at 16 MB: V8 starts with one and would scavenge so often that live requests are copied; it may grow
 * to this anyway. No parallel scavenging or concurrent buffer sweeping: V8 counts buffers until they are freed, and took the
 * bodies of a few hundred responses for a full heap. For the same reason the old generation may grow to four times its live size,
 * V8's own maximum: it gives a small heap less, counts passing 64 kB bodies as old, and collected everything each 300 of them, on
 * all threads, in the worker of each core. A worker collects everything once, after loading its policy. Command line flags come
 * later and override these.
 */
const MEMORY = [
  '--min-semi-space-size=16',
  '--no-parallel-scavenge',
  '--no-concurrent-array-buffer-sweeping',
  '--heap-growing-percent=300',
  '--expose-gc',
]

/** Milliseconds for a response; a busier worker is not waited for. */
const PATIENCE = 2000

/** Milliseconds for loading a policy: the largest take seconds, and all workers load at once on few cores. */
const STAGING = 60_000

/** Milliseconds between two heartbeats. */
const HEARTBEAT = 1000

/** Minimum `killTimeout` during start, in milliseconds: on a busy machine, loading modules blocks for many seconds. */
const STARTING = 120_000

/** Milliseconds between two checks for lost connections. */
const LOST = 500

export class WorkerProcess {
  readonly number: number
  state: 'starting' | 'opened' | 'ready' | 'draining' | 'gone' = 'starting'
  /** Time at which the worker was ready, in milliseconds of `performance.now()`; `null` before. */
  readySince: number | null = null
  open = 0
  /** The metrics that the worker last reported. */
  metrics: MetricData = noMetrics
  candidate: CandidateReport | null = null
  learned: Learned = NOTHING_LEARNED
  enforced: Enforced | null = null
  /** Whether the worker refuses requests because audit records cannot be written, according to its last report. */
  isHeldUp = false
  readonly #child: ChildProcess
  readonly #events: WorkerEvents
  /** Passed and not yet taken connections, which are still open here too. */
  readonly #given = new Map<number, Accepted>()
  readonly #replies = new PendingReplies()
  readonly #lost: NodeJS.Timeout
  /** Messages queued until the start message; `null` afterwards. */
  #early: ToWorker[] | null = []
  readonly #watchdog: WatchdogConfig
  readonly #heartbeat: NodeJS.Timeout
  #lastBeat = performance.now()
  #silence = 0
  #isHung = false
  #loading = 0
  #lastConnection = 0
  #how: string | null = null
  #isDisconnected = false
  readonly #ended: Promise<void>
  #end: () => void = () => {}

  constructor(
    start: Omit<WorkerStart, 'hearsRevocations'>,
    revocations: RevocationKeeper,
    watchdog: WatchdogConfig,
    events: WorkerEvents,
  ) {
    this.#watchdog = watchdog
    this.number = start.worker
    this.#events = events
    this.#ended = new Promise((resolve) => {
      this.#end = resolve
    })
    const execArgv = [...new Set([WITHOUT_CODE, WITHOUT_PROTO, ...MEMORY, ...process.execArgv])]
    this.#child = fork(workerProgram(), process.argv.slice(2), {
      env: { ...process.env, [WORKER_MARK]: '1' },
      execArgv,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    if (this.#child.stdout) forwardLines(this.#child.stdout, process.stdout)
    this.#child.on('message', (message: FromWorker) => this.#hear(message))
    // A failed start is reported by its end.
    this.#child.on('error', () => this.#over('it could not be started'))
    this.#child.once('exit', (code, signal) => this.#over(signal ?? `exit code ${code}`))
    this.#child.once('disconnect', () => {
      this.#isDisconnected = true
      this.#settle()
    })
    void this.#start(start, revocations)
    this.#lost = setInterval(() => this.#askForLost(), LOST).unref()
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT).unref()
  }

  /** Whether the worker has not responded for `missTimeout`, so that it may hang. */
  get isSilent(): boolean {
    return this.#silence >= this.#watchdog.missTimeout
  }

  /** Whether the worker is loading a policy. If it hangs meanwhile, the active policy is not to blame. */
  get isLoading(): boolean {
    return this.#loading > 0
  }

  get isHung(): boolean {
    return this.#isHung
  }

  /** Sends revocations first, in slices: there may be very many, and connections are accepted meanwhile. */
  async #start(start: Omit<WorkerStart, 'hearsRevocations'>, revocations: RevocationKeeper): Promise<void> {
    for await (const added of inSlices(revocations.live())) this.#send({ kind: 'revocations', added, removed: [] })
    this.#send({ kind: 'start', ...start, hearsRevocations: revocations.hears })
    for (const message of this.#early ?? []) this.#send(message)
    this.#early = null
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /**
   * Passes a connection to the worker. The supervisor keeps its own copy open until the worker reports the connection, so that
   * none is lost if the worker ends.
   */
  give(accepted: Accepted): void {
    const id = ++this.#lastConnection
    this.open++
    this.#given.set(id, accepted)
    const message: ToWorker = { kind: 'connection', id, listener: accepted.listener }
    this.#child.send(message, accepted.socket, { keepOpen: true }, () => {})
  }

  /** Asks the worker a question. Resolves with `null` if it does not respond in time. */
  async ask(what: WorkerQuestion): Promise<unknown> {
    if (this.state !== 'ready' && this.state !== 'draining') return null
    const answer = await this.#answerTo((id) => ({ kind: 'ask', id, what }), PATIENCE)
    if (what === 'metrics' && answer !== null) this.metrics = answer as MetricData
    if (what === 'learned' && answer !== null) this.learned = answer as Learned
    if (what === 'candidate' && answer !== null) this.candidate = answer as CandidateReport
    if (what === 'held-up' && answer !== null) this.isHeldUp = answer === true
    return answer
  }

  /**
   * Makes the worker load a policy or data without activating it. Resolves with the ID for `commit` and the refusal, if there is
   * one; with `null` if the worker is gone or too late.
   */
  async prepare(over: PreparedParts): Promise<{ readonly id: number; readonly refusal: PolicyRefusal | null } | null> {
    let prepared = 0
    const ask = (id: number): ToWorker => {
      prepared = id
      return { kind: 'prepare', id, ...over }
    }
    const answer = await this.#load(ask)
    return answer && { id: prepared, refusal: answer.refusal }
  }

  /**
   * Activates what `prepare` has loaded under an ID. Resolves with false if something else was prepared since, or the worker is
   * gone.
   */
  async commit(prepared: number): Promise<boolean> {
    const enforced = (await this.#answerTo((id) => ({ kind: 'commit', id, prepared }), PATIENCE)) as Enforced | null
    if (enforced === null) return false
    this.enforced = enforced
    if (this.state === 'opened') {
      this.state = 'ready'
      this.readySince = performance.now()
      this.#events.ready()
    }
    return true
  }

  /**
   * Makes the worker load a candidate policy. Resolves with the refusal, if there is one; with `null` if the worker is gone or
   * too late.
   */
  async try(number: number, bundle: PolicyParts): Promise<{ readonly refusal: PolicyRefusal | null } | null> {
    const ask = (id: number): ToWorker => ({ kind: 'try', id, number, bundle })
    return await this.#load(ask)
  }

  /**
   * Sets the share of requests that the candidate decides. Resolves when the worker has applied the share, or after a timeout. A
   * late worker still applies it before later messages.
   */
  async share(number: number, share: Share): Promise<void> {
    await this.#answerTo((id) => ({ kind: 'share', id, number, share }), PATIENCE)
  }

  async untry(number: number): Promise<void> {
    await this.#answerTo((id) => ({ kind: 'untry', id, number }), PATIENCE)
  }

  async #load(message: (id: number) => ToWorker): Promise<{ readonly refusal: PolicyRefusal | null } | null> {
    this.#loading++
    const answer = await this.#answerTo(message, STAGING)
    this.#loading--
    return answer as { readonly refusal: PolicyRefusal | null } | null
  }

  /** Returns `null` if it is gone or late. */
  async #answerTo(message: (id: number) => ToWorker, patience: number): Promise<unknown> {
    if (this.state === 'gone') return null
    return await this.#replies.ask(patience, null, (id) => this.#send(message(id)))
  }

  notify(message: Exclude<ToWorker, { kind: 'connection' | 'start' }>): void {
    if (this.state === 'gone') return
    // Revocation changes stay in order among the slices; other messages follow the start.
    if (this.#early === null || message.kind === 'revocations') this.#send(message)
    else this.#early.push(message)
  }

  /**
   * Ends the worker after its requests. Resolves when it is gone; it is killed if it takes much longer than `ms` milliseconds.
   */
  async drain(ms: number): Promise<void> {
    if (this.state === 'gone') return
    if (this.state === 'starting' || this.state === 'opened') this.kill()
    this.state = 'draining'
    this.#send({ kind: 'drain', ms })
    const timer = setTimeout(() => this.kill(), ms + 5000)
    await this.#ended
    clearTimeout(timer)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #beat(): void {
    const now = performance.now()
    // Time in which the supervisor did not run (a stopped container, a suspended machine) does not count.
    this.#silence += Math.min(now - this.#lastBeat, 2 * HEARTBEAT)
    this.#lastBeat = now
    const { killTimeout } = this.#watchdog
    if (this.#silence < (this.state === 'starting' ? Math.max(killTimeout, STARTING) : killTimeout))
      return void this.#send({ kind: 'ping' })
    if (this.#isHung) return
    this.#isHung = true
    this.#events.hung(this)
    this.kill()
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #hear(message: FromWorker): void {
    this.#silence = 0
    switch (message.kind) {
      case 'pong':
        return
      case 'opened':
        if (this.state !== 'starting') return
        this.state = 'opened'
        return void this.#events.opened(this, message.problems)
      case 'prepared':
      case 'tried':
        return void this.#replies.reply(message.id, message)
      case 'committed':
        return void this.#replies.reply(message.id, message.enforced)
      case 'progress':
        return void this.#note(message)
      case 'answer':
        return void this.#replies.reply(message.id, message.answer)
      case 'store':
        return void this.#events.store(this, message)
      case 'revoke':
        return void this.#events.revoke(this, message)
      case 'limit':
        return void this.#events.limit(this, message)
      case 'head':
        return void this.#events.head(this, message)
      case 'full':
        return void this.#events.full(this)
      case 'drained':
        this.metrics = message.metrics
        this.learned = message.learned
        this.candidate = message.candidate ?? this.candidate
    }
  }

  #note({ taken, came, closed }: WorkerProgress): void {
    let given = 0
    for (const [id, { socket }] of this.#given) {
      if (id > taken) break
      given++
      this.#given.delete(id)
      socket.destroy()
    }
    this.open -= closed + given - came
  }

  /** Asks about connections that were sent some time ago and have not arrived. */
  #askForLost(): void {
    if (this.#given.size > 0) this.#send({ kind: 'sent', id: this.#lastConnection })
  }

  #over(how: string): void {
    this.#how ??= how
    this.#settle()
  }

  /** Only after its last message was received. */
  #settle(): void {
    if (this.#how === null || (!this.#isDisconnected && this.#child.connected) || this.state === 'gone') return
    this.state = 'gone'
    clearInterval(this.#lost)
    clearInterval(this.#heartbeat)
    this.#replies.end()
    const left = [...this.#given.values()]
    this.#given.clear()
    this.#end()
    this.#events.gone(this, this.#how, left)
  }
}
