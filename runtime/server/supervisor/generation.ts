import type { Log } from '../../base/log.ts'
import { content, type Problem, StartupError } from '../../base/startup-error.ts'
import type { StoredKey } from '../../identity/index.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import type { Candidates, PolicyStatus, Rollout, RolloutOutcome } from '../../policy/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { MemoryBuckets } from '../../proxy/rate-limits/index.ts'
import type { AuditLog, ChangeRecord, Witnessed } from '../../telemetry/audit/index.ts'
import type { PolicyLoads } from '../../telemetry/metrics/index.ts'
import { decidingBy } from '../bootstrap/deciding-by.ts'
import type { Enforced } from '../bootstrap/enforced.ts'
import { type OpenedPolicy, openPolicy } from '../bootstrap/open-policy.ts'
import { revokeBy } from '../bootstrap/open-revocations.ts'
import type { Config } from '../config/index.ts'
import { configDigest } from '../proxy-fleet/fleet-report.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { Fleet } from './fleet.ts'
import { HangingPolicy } from './hanging-policy.ts'
import type { ToWorker, WorkerStart } from './messages.ts'
import { catchUpAll, catchUpData } from './shared/catch-up.ts'
import type { RevocationNews } from './shared/shared-revocations.ts'
import type { SharedSessions } from './shared/shared-sessions.ts'
import { type Accepted, WorkerProcess } from './worker-process.ts'

export interface GenerationOptions {
  readonly log: Log
  readonly config: Config
  readonly start: Omit<WorkerStart, 'worker' | 'workers' | 'keys' | 'hearsRevocations'>
  readonly workers: number
  readonly keys: () => readonly StoredKey[] | null
  readonly unsignedBundle: boolean
  readonly check: CodeCheck
  readonly sessions: SharedSessions
  readonly buckets: MemoryBuckets
  readonly revocations: RevocationKeeper
  readonly next: () => number
  /** Called when a worker has ended unexpectedly and is replaced. */
  readonly onRestart: () => void
  /** Called when an unresponsive worker is killed. */
  readonly onHang: () => void
  readonly loads: PolicyLoads
  /** Called with the outcome when a candidate has ended. */
  readonly onCandidateEnd: (outcome: RolloutOutcome) => void
  /** Called when a worker reports the current head of its hash chain in an audit file. */
  readonly onHead: (worker: number, head: Witnessed, file: string) => void
  /** Called when a worker has ended, with its last metrics and learned routes. */
  readonly onGone: (worker: Pick<WorkerProcess, 'number' | 'metrics' | 'learned'>) => void
}

/**
 * Milliseconds: a worker that was ready for less than this, or never, is restarted after a delay, which grows only while another
 * worker serves. Its start does not count, because that takes long on a busy machine.
 */
const SHORT_LIFE = 5000
const DELAY = { first: 100, most: 10_000 }
/** Maximum connections that wait for a worker. */
const MOST_WAITING = 1024

/** The worker processes that run one version of the configuration, and the policy that they enforce. */
export class Generation {
  readonly config: Config
  /** SHA-256 of the text of the configuration, in hexadecimal, without user names and passwords in URLs. */
  readonly digest: string
  /** The store of revocations that the workers use. A later configuration can replace it. */
  revocations: RevocationKeeper
  readonly #options: GenerationOptions
  readonly #workers = new Set<WorkerProcess>()
  /** Workers to end once their replacements are ready. */
  readonly #toReplace = new Set<WorkerProcess>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #waiting: Accepted[] = []
  #turn = 0
  #delay = 0
  #isEnding = false
  readonly #ending = new AbortController()
  readonly #fleet: Fleet
  #policy: OpenedPolicy | null = null
  readonly #hanging: HangingPolicy
  #audit: Pick<AuditLog, 'note'> | null = null
  #unrecorded: ChangeRecord[] = []
  /** The first worker, which checks the configuration, until it reports. */
  #first: {
    readonly worker: WorkerProcess
    resolve: (problems: readonly Problem[]) => void
    reject: (error: Error) => void
  } | null = null
  /** Workers with the same problems as the first, until it is known whether the configuration serves. */
  readonly #unfit = new Set<WorkerProcess>()
  #isTrying = true
  #filled = false
  #onFilled: (() => void) | null = null

  constructor(options: GenerationOptions) {
    this.config = options.config
    this.digest = configDigest(options.start.text)
    this.#options = options
    this.#fleet = new Fleet(options.log, options.check)
    this.revocations = options.revocations
    this.#hanging = new HangingPolicy(() => this.#policy, options.log)
  }

  /**
   * Starts one worker, or all workers if `all` is set. Waits until the first has checked the configuration, and loads the policy.
   *
   * @param all whether to start all workers at once, because no previous configuration serves requests yet
   * @throws StartupError with all problems found
   */
  async begin(all: boolean): Promise<Enforced> {
    const { log, unsignedBundle, loads } = this.#options
    const problems = await new Promise<readonly Problem[]>((resolve, reject) => {
      this.#first = { worker: this.#add(), resolve, reject }
      if (all) while (this.#workers.size < this.#options.workers) this.#add()
    })
    const deps = {
      clock: Date.now,
      enforcers: this.#fleet,
      enforced: () => this.#enforced(),
      keeps: false,
      candidates: this.#fleet.candidates,
      onLoad: loads.policy,
      onData: loads.data,
      onCandidateEnd: this.#options.onCandidateEnd,
      note: (record: ChangeRecord) => this.#note(record),
      signal: this.#ending.signal,
    }
    const policy = await openPolicy(this.config, { log, insecure: { unsignedBundle } }, deps)
    this.#policy = policy
    const found = [...problems, ...policy.problems]
    const enforced = this.#enforced()
    if (found.length > 0) throw new StartupError(found)
    if (enforced === null) throw new StartupError([content('no worker started: the first one has ended')])
    this.#isTrying = false
    return enforced
  }

  #enforced(): Enforced | null {
    return this.workers.find((worker) => worker.enforced !== null)?.enforced ?? null
  }

  get policy(): PolicyStatus | null {
    return this.#policy?.store?.status ?? null
  }

  get deciding(): PolicyControl | null {
    const { store = null, rollout = null } = this.#policy ?? {}
    return this.#policy && store && rollout && decidingBy(this.#policy, store, rollout)
  }

  get candidates(): Candidates {
    return this.#fleet.candidates
  }

  /**
   * Saves the policy as last known good, so that a restart begins with it.
   *
   * @throws StateError if it cannot be saved
   */
  async keep(): Promise<void> {
    await this.#policy?.store?.keep()
    await this.#policy?.rollout?.keep()
  }

  get candidate(): Rollout['figures'] {
    return this.#policy?.rollout?.figures ?? null
  }

  /** Applies data that were pushed to the previous configuration. Throws a StartupError if they are refused. */
  async catchUpData(): Promise<void> {
    if (this.#policy !== null) await catchUpData(this.#policy)
  }

  /** Applies all changes of the previous configuration. Throws a StartupError if one is refused. */
  async catchUp(): Promise<void> {
    if (this.#policy !== null) await catchUpAll(this.#policy)
  }

  /** Resolves when all policy changes that are under way are complete. */
  async settled(): Promise<void> {
    await this.#policy?.rollout?.settled()
    await this.#fleet.turns.take(async () => {})
  }

  /** Sets the audit log that records policy changes, and writes the records of earlier changes to it. */
  recordIn(audit: Pick<AuditLog, 'note'>): void {
    this.#audit = audit
    for (const record of this.#unrecorded.splice(0)) audit.note(record)
  }

  #note(record: ChangeRecord): void {
    if (this.#audit === null) this.#unrecorded.push(record)
    else this.#audit.note(record)
  }

  /** Starts the remaining workers. Resolves when all workers are ready, or when this generation begins to end. */
  fill(): Promise<void> {
    const filled = new Promise<void>((resolve) => {
      this.#onFilled = resolve
    })
    while (this.#workers.size < this.#options.workers) this.#add()
    this.#check()
    return filled
  }

  /** Whether all workers have been ready at the same time before, and at least one is ready now. */
  get isReady(): boolean {
    return this.#filled && this.ready.length > 0
  }

  /** Whether a serving worker does not respond to the supervisor. */
  get isSilent(): boolean {
    return this.ready.some(({ isSilent }) => isSilent)
  }

  get workers(): readonly WorkerProcess[] {
    return [...this.#workers]
  }

  get ready(): readonly WorkerProcess[] {
    return this.workers.filter(({ state }) => state === 'ready')
  }

  /** Passes a connection to the responsive worker with the fewest connections; round-robin decides among equal ones. */
  give(accepted: Accepted): void {
    const responding = this.ready.filter(({ isSilent }) => !isSilent)
    const ready = responding.length > 0 ? responding : this.ready
    this.#turn++
    let best: WorkerProcess | undefined
    for (let i = 0; i < ready.length; i++) {
      const worker = ready[(this.#turn + i) % ready.length] as WorkerProcess
      if (best === undefined || worker.open < best.open) best = worker
    }
    if (best !== undefined) best.give(accepted)
    else if (this.#isEnding || this.#waiting.length >= MOST_WAITING) accepted.socket.destroy()
    else this.#waiting.push(accepted)
  }

  notify(message: Extract<ToWorker, { kind: 'keys' | 'reopen' | 'ended' } | RevocationNews>): void {
    for (const worker of this.#workers) worker.notify(message)
  }

  /**
   * Ends the workers after their requests. Resolves when all are gone. If called repeatedly, the shortest time applies.
   *
   * @param ms milliseconds after which requests are aborted
   */
  async drain(ms: number): Promise<void> {
    this.#end()
    await Promise.all(this.workers.map((worker) => worker.drain(ms)))
  }

  kill(): void {
    this.#end()
    for (const worker of this.#workers) worker.kill()
  }

  #end(): void {
    this.#isEnding = true
    this.#ending.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { socket } of this.#waiting) socket.destroy()
    this.#waiting = []
    this.#onFilled?.()
    void this.#policy?.close()
  }

  #add(): WorkerProcess {
    const { start, workers, keys, next, log } = this.#options
    const worker = new WorkerProcess(
      { ...start, worker: next(), workers, keys: keys() },
      this.revocations,
      this.config.watchdog,
      {
        opened: (opened, problems) => this.#onOpened(opened, problems),
        ready: () => this.#onReady(),
        full: (full) => {
          if (this.#isEnding || this.#toReplace.has(full)) return
          log.info('another worker takes its place', { worker: full.number })
          this.#toReplace.add(full)
          this.#add()
        },
        store: (asking, message) => {
          void this.#options.sessions.answer(message).then(
            (answer) => asking.notify(answer),
            (error: Error) => log.error(`a request of a worker cannot be answered: ${error.message}`, { worker: asking.number }),
          )
        },
        revoke: (asking, { id, revocations, once }) => {
          void revokeBy(() => this.revocations, log)(revocations, once).then((outcome) =>
            asking.notify({ kind: 'revoked', id, outcome }),
          )
        },
        limit: (asking, { id, wanted }) => {
          try {
            asking.notify({ kind: 'limited', id, rooms: wanted.map((each) => this.#options.buckets.take(each)) })
          } catch (error) {
            log.error(`a request of a worker cannot be answered: ${(error as Error).message}`, { worker: asking.number })
          }
        },
        head: (telling, { head, file }) => this.#options.onHead(telling.number, head, file),
        hung: (hung) => this.#onHung(hung),
        gone: (gone, how, left) => this.#onGone(gone, how, left),
      },
    )
    this.#workers.add(worker)
    return worker
  }

  #onOpened(worker: WorkerProcess, problems: readonly Problem[]): void {
    if (this.#first?.worker === worker) {
      // Problems with the policy are reported too.
      this.#fleet.join(worker)
      this.#first.resolve(problems)
      this.#first = null
    } else if (problems.length === 0) this.#fleet.join(worker)
    else if (this.#isTrying) {
      this.#unfit.add(worker)
      worker.kill()
    } else {
      this.#options.log.error(`a worker did not start: ${new StartupError(problems).message}`, { worker: worker.number })
      worker.kill()
    }
  }

  #onHung(hung: WorkerProcess): void {
    const { log, onHang } = this.#options
    const { killTimeout, rollback } = this.config.watchdog
    const { number, enforced, isLoading } = hung
    log.error('a worker does not respond, and is killed', { worker: number, after: killTimeout })
    onHang()
    if (rollback && enforced !== null && !isLoading) void this.#hanging.hung(enforced.revision, this.#fleet.candidates.isIn(hung))
  }

  #onReady(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const accepted of waiting) this.give(accepted)
    const [full] = this.#toReplace
    if (full !== undefined) {
      this.#toReplace.delete(full)
      void full.drain(DRAIN_FULL)
    }
    this.#check()
    void this.#hanging.retry()
  }

  #check(): void {
    if (this.ready.length < this.#options.workers) return
    this.#filled = true
    this.#onFilled?.()
    this.#onFilled = null
  }

  #onGone(worker: WorkerProcess, how: string, left: readonly Accepted[]): void {
    const { log, onGone, onRestart } = this.#options
    this.#workers.delete(worker)
    this.#fleet.leave(worker)
    this.#toReplace.delete(worker)
    onGone(worker)
    for (const accepted of left) this.give(accepted)
    if (this.#first?.worker === worker) {
      this.#first.reject(new StartupError([content(`no worker started: the first one ended with ${how}`)]))
      this.#first = null
      return
    }
    // `fill` starts another if the configuration serves.
    if (this.#unfit.delete(worker)) return
    const others = this.workers.filter(({ state }) => state !== 'draining').length
    // A worker to be replaced does not count, as its replacement may be the one that ended.
    if (this.#isEnding || others >= this.#options.workers + this.#toReplace.size) return
    const isShort = worker.readySince === null || performance.now() - worker.readySince < SHORT_LIFE
    this.#delay = isShort ? Math.min(DELAY.most, Math.max(DELAY.first, this.#delay * 2)) : 0
    const after = others === 0 ? Math.min(DELAY.first, this.#delay) : this.#delay
    log.error(`a worker has ended with ${how}, and is restarted`, { worker: worker.number, after })
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      onRestart()
      this.#add()
    }, after)
    this.#timers.add(timer)
  }
}

/** Milliseconds for requests to complete in a worker that uses too much memory. */
const DRAIN_FULL = 60_000
