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
import type { CodeCheck } from './code-check/code-check.ts'
import { Fleet } from './fleet.ts'
import { HangingPolicy } from './hanging-policy.ts'
import type { ToWorker, WorkerStart } from './messages.ts'
import type { RevocationNews } from './shared/shared-revocations.ts'
import type { SharedSessions } from './shared/shared-sessions.ts'
import { type Accepted, WorkerProcess } from './worker-process.ts'

export interface GenerationOptions {
  readonly log: Log
  readonly config: Config
  /** What the configuration was read from, and how. */
  readonly start: Omit<WorkerStart, 'worker' | 'workers' | 'keys' | 'hearsRevocations'>
  readonly workers: number
  /** As they are at the time. */
  readonly keys: () => readonly StoredKey[] | null
  /** `--insecure-unsigned-bundle` */
  readonly unsignedBundle: boolean
  /** Of the code of bundles. */
  readonly check: CodeCheck
  readonly sessions: SharedSessions
  readonly buckets: MemoryBuckets
  readonly revocations: RevocationKeeper
  /** The number of the next worker. */
  readonly next: () => number
  /** One was started in place of one that had ended by itself. */
  readonly onRestart: () => void
  /** One is killed because it does not respond. */
  readonly onHang: () => void
  readonly loads: PolicyLoads
  /** What was a candidate is not any more. */
  readonly onCandidateEnd: (outcome: RolloutOutcome) => void
  /** The chain of a worker in an audit file has come so far. */
  readonly onHead: (worker: number, head: Witnessed, file: string) => void
  /** The last of one that is gone. */
  readonly onGone: (worker: Pick<WorkerProcess, 'number' | 'metrics' | 'learned'>) => void
}

/**
 * Milliseconds: a worker that lived for less is started again only after a while, which grows. Without another worker, it does
 * not grow: somebody must serve.
 */
const SHORT_LIFE = 5000
const DELAY = { first: 100, most: 10_000 }
/** Connections that wait while no worker is there. */
const MOST_WAITING = 1024

/** The workers of one configuration, and the policy that all of them have. */
export class Generation {
  readonly config: Config
  /** Its list of what is revoked, which may become that of a later configuration. */
  revocations: RevocationKeeper
  readonly #options: GenerationOptions
  readonly #workers = new Set<WorkerProcess>()
  /** Those that are to be gone once another is ready. */
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
  /** The worker that finds out what is wrong, until it has said so. */
  #first: {
    readonly worker: WorkerProcess
    resolve: (problems: readonly Problem[]) => void
    reject: (error: Error) => void
  } | null = null
  /** Workers that found the same as the first one, while it is not known yet whether this configuration serves. */
  readonly #unfit = new Set<WorkerProcess>()
  #isTrying = true
  #filled = false
  #onFilled: (() => void) | null = null

  constructor(options: GenerationOptions) {
    this.config = options.config
    this.#options = options
    this.#fleet = new Fleet(options.log, options.check)
    this.revocations = options.revocations
    this.#hanging = new HangingPolicy(() => this.#policy, options.log)
  }

  /**
   * Starts one worker, which finds out whether all is well, and loads the policy. Rejects with `StartupError`.
   *
   * @param all whether the other workers start at the same time: nothing serves yet, and the sooner they are ready the better
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
    const enforced = this.workers.find((worker) => worker.enforced !== null)?.enforced ?? null
    if (found.length > 0) throw new StartupError(found)
    if (enforced === null) throw new StartupError([content('no worker comes up: the first one has ended')])
    this.#isTrying = false
    return enforced
  }

  /** Null: there is none yet. */
  get policy(): PolicyStatus | null {
    return this.#policy?.store?.status ?? null
  }

  /** What requests are decided by; null: nothing yet. */
  get deciding(): PolicyControl | null {
    const { store = null, rollout = null } = this.#policy ?? {}
    return this.#policy && store && rollout && decidingBy(this.#policy, store, rollout)
  }

  /** What may be a candidate in all its workers. */
  get candidates(): Candidates {
    return this.#fleet.candidates
  }

  /** It counts from now on: what its policy is, a restart begins with. Rejects with `StateError`. */
  async keep(): Promise<void> {
    await this.#policy?.store?.keep()
    await this.#policy?.rollout?.keep()
  }

  /** How a candidate goes; null: there is no candidate. */
  get candidate(): Rollout['figures'] {
    return this.#policy?.rollout?.figures ?? null
  }

  /**
   * To what has changed in another configuration of the same state while this one was tried; from then on, the candidate goes
   * its way here, and nowhere else. Rejects with what the file system says.
   */
  async catchUp(): Promise<void> {
    await this.#policy?.data.reread()
    await this.#policy?.store?.heed()
    await this.#policy?.rollout?.heed()
    this.#policy?.rollout?.follow()
  }

  /** When what is being changed is changed. */
  async settled(): Promise<void> {
    await this.#policy?.rollout?.settled()
    await this.#fleet.turns.take(async () => {})
  }

  /** What becomes of what decides is recorded there from now on, and what has become of it so far. */
  recordIn(audit: Pick<AuditLog, 'note'>): void {
    this.#audit = audit
    for (const record of this.#unrecorded.splice(0)) audit.note(record)
  }

  #note(record: ChangeRecord): void {
    if (this.#audit === null) this.#unrecorded.push(record)
    else this.#audit.note(record)
  }

  /** The others. Settled when all have been ready, or are to end. */
  fill(): Promise<void> {
    const filled = new Promise<void>((resolve) => {
      this.#onFilled = resolve
    })
    while (this.#workers.size < this.#options.workers) this.#add()
    this.#check()
    return filled
  }

  /** Whether all have been ready at a time, and one is now. */
  get isReady(): boolean {
    return this.#filled && this.ready.length > 0
  }

  /** Whether a worker that serves does not respond. */
  get isSilent(): boolean {
    return this.ready.some(({ isSilent }) => isSilent)
  }

  get workers(): readonly WorkerProcess[] {
    return [...this.#workers]
  }

  get ready(): readonly WorkerProcess[] {
    return this.workers.filter(({ state }) => state === 'ready')
  }

  /** To the responding worker that has the fewest, in turn among equals. */
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

  /** Settled when all are gone. Told again, the shorter time counts. */
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
            (error: Error) => log.error(`a worker is not answered: ${error.message}`, { worker: asking.number }),
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
            log.error(`a worker is not answered: ${(error as Error).message}`, { worker: asking.number })
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
      // What is wrong with the policy is to be told as well.
      this.#fleet.join(worker)
      this.#first.resolve(problems)
      this.#first = null
    } else if (problems.length === 0) this.#fleet.join(worker)
    else if (this.#isTrying) {
      this.#unfit.add(worker)
      worker.kill()
    } else {
      this.#options.log.error(`a worker does not start: ${new StartupError(problems).message}`, { worker: worker.number })
      worker.kill()
    }
  }

  #onHung(hung: WorkerProcess): void {
    const { log, onHang } = this.#options
    const { killTimeout, rollback } = this.config.watchdog
    const { number, enforced, isLoading } = hung
    log.error('a worker does not respond, and is killed', { worker: number, after: killTimeout })
    onHang()
    // What hangs while it is made a policy is refused by the fleet.
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
      this.#first.reject(new StartupError([content(`no worker comes up: the first one ended with ${how}`)]))
      this.#first = null
      return
    }
    // `fill` starts another one if the configuration serves.
    if (this.#unfit.delete(worker)) return
    const others = this.workers.filter(({ state }) => state !== 'draining').length
    // One that is to be replaced does not count: the one for its place may be what has ended.
    if (this.#isEnding || others >= this.#options.workers + this.#toReplace.size) return
    const isShort = performance.now() - worker.begun < SHORT_LIFE
    this.#delay = isShort ? Math.min(DELAY.most, Math.max(DELAY.first, this.#delay * 2)) : 0
    const after = others === 0 ? Math.min(DELAY.first, this.#delay) : this.#delay
    log.error(`a worker has ended with ${how}, and is started again`, { worker: worker.number, after })
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      onRestart()
      this.#add()
    }, after)
    this.#timers.add(timer)
  }
}

/** Milliseconds for which what is under way may go on in a worker that holds too much. */
const DRAIN_FULL = 60_000
