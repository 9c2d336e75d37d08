import type { Log } from '../../base/log.ts'
import { type DataValue, type NextPolicy, type PolicyRefusal, type PolicyTarget, SerialQueue } from '../../policy/index.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { FleetCandidate } from './fleet-candidate.ts'
import { type PolicyParts, type PreparedParts, partsOf } from './messages.ts'
import { TRIES, tryInOne } from './try-in-one.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Workers that may hang over a bundle until it is refused for good. */
const MOST_HUNG = 2

/**
 * The workers of a configuration. A policy becomes active in all workers or in none. A new or slow worker gets the current
 * policy before it serves requests.
 */
export class Fleet implements PolicyTarget {
  readonly turns = new SerialQueue()
  readonly candidates: FleetCandidate
  readonly #log: Log
  readonly #check: CodeCheck
  /** Workers that are up to date, and the ID under which each has prepared the next policy. */
  readonly #workers = new Map<WorkerProcess, number | null>()
  /** What a new worker needs. The policy is `null` until there is one. */
  #serving: Standing = { bundle: null, data: {} }
  #prepared: Standing | null = null
  #isSuspended = false
  /** Workers that hung while loading that bundle, in all attempts, until all have taken it. */
  #hung = { revision: '', count: 0 }
  readonly #all = new Set<WorkerProcess>()
  /** Workers started before there was a policy. */
  readonly #waiting = new Set<WorkerProcess>()

  /**
   * Creates a fleet without workers and without a policy.
   *
   * @param check code check that a bundle must pass before a worker runs it
   */
  constructor(log: Log, check: CodeCheck) {
    this.#log = log
    this.#check = check
    this.candidates = new FleetCandidate(log, check, this.#all)
  }

  join(worker: WorkerProcess): void {
    this.#all.add(worker)
    if (this.#isSuspended) worker.notify({ kind: 'suspend', isSuspended: true })
    if (this.#serving.bundle === null) this.#waiting.add(worker)
    else void this.#bring(worker)
  }

  leave(worker: WorkerProcess): void {
    this.#all.delete(worker)
    this.#workers.delete(worker)
    this.#waiting.delete(worker)
    this.candidates.leave(worker)
  }

  async prepare({ bundle, data = {} }: NextPolicy): Promise<PolicyRefusal | null> {
    for (const worker of this.#waiting) this.#workers.set(worker, null)
    this.#waiting.clear()
    const refusedCode = bundle === undefined ? null : await this.#check.refusal(bundle)
    if (refusedCode !== null) return refusedCode
    const parts = bundle === undefined ? null : partsOf(bundle)
    this.#prepared = { bundle: parts ?? this.#serving.bundle, data: { ...this.#serving.data, ...data } }
    // Without a policy, data cannot be checked.
    if (this.#prepared.bundle === null) return null
    const isFirst = this.#serving.bundle === null
    const sent: PreparedParts = { bundle: parts, data: isFirst ? this.#prepared.data : data }
    // Tests run once, in the first worker that takes it.
    const tests = bundle?.tests ?? null
    const revision = parts?.manifest.revision ?? null
    const first = await this.#tryOne(parts === null ? sent : { ...sent, bundle: { ...parts, tests } }, revision)
    if ('kind' in first) return first
    if (revision === this.#hung.revision) this.#hung.count = 0
    const others = [...this.#workers.keys()].filter((worker) => worker !== first)
    const refusals = await Promise.all(others.map((worker) => this.#stageIn(worker, sent)))
    return refusals.find((one) => one !== null) ?? null
  }

  async #tryOne(sent: PreparedParts, revision: string | null): Promise<WorkerProcess | PolicyRefusal> {
    return await tryInOne(
      () => [...this.#workers.keys()].filter(({ state, isSilent }) => state !== 'draining' && !isSilent),
      async (worker) =>
        (await this.#stageIn(worker, sent)) ?? (this.#workers.has(worker) ? null : this.#loseOver(revision, worker)),
    )
  }

  /** A killed worker says nothing about the bundle. The second one that hangs does: it is not retried automatically. */
  #loseOver(revision: string | null, { isHung }: WorkerProcess): PolicyRefusal | 'lost' {
    if (revision === null || !isHung) return 'lost'
    if (this.#hung.revision !== revision) this.#hung = { revision, count: 0 }
    if (++this.#hung.count < MOST_HUNG) return 'lost'
    this.#hung.count = 0
    return {
      kind: 'refused',
      code: 'ends-workers',
      message: `${MOST_HUNG} workers did not respond while they loaded the policy: simplify it, or use a faster machine`,
    }
  }

  async commit(): Promise<void> {
    if (this.#prepared === null) throw new Error('no policy was prepared before `commit`: this is a bug in iap; report it')
    this.#serving = this.#prepared
    this.#prepared = null
    if (this.#serving.bundle === null) return
    this.candidates.serves(this.#serving.bundle.manifest.revision)
    await Promise.all([...this.#workers].map(([worker, prepared]) => this.#commitIn(worker, prepared)))
    for (const worker of this.#waiting) {
      this.#waiting.delete(worker)
      void this.#bring(worker)
    }
  }

  drop(): void {
    this.#prepared = null
    for (const worker of this.#workers.keys()) {
      this.#workers.set(worker, null)
      worker.notify({ kind: 'drop' })
    }
  }

  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended
    for (const worker of this.#all) worker.notify({ kind: 'suspend', isSuspended })
  }

  async #stageIn(worker: WorkerProcess, sent: PreparedParts): Promise<PolicyRefusal | null> {
    const prepared = await worker.prepare(sent)
    if (prepared === null) {
      // It is gone or hangs; its replacement will take the current policy.
      this.leave(worker)
      worker.kill()
      return null
    }
    if (prepared.refusal === null && this.#workers.has(worker)) this.#workers.set(worker, prepared.id)
    return prepared.refusal
  }

  async #commitIn(worker: WorkerProcess, prepared: number | null): Promise<void> {
    this.#workers.set(worker, null)
    if (prepared !== null && (await worker.commit(prepared))) return
    this.#workers.delete(worker)
    await this.#bring(worker)
  }

  /** Brings a worker up to date, repeating if the policy changes meanwhile. */
  async #bring(worker: WorkerProcess): Promise<void> {
    for (let late = 0; late < TRIES; ) {
      const wanted = this.#serving
      const prepared = await worker.prepare(wanted)
      if (prepared === null) return void worker.kill()
      if (prepared.refusal !== null) {
        this.#log.error(`a worker cannot load the active policy: ${prepared.refusal.message}`, { worker: worker.number })
        return void worker.kill()
      }
      await this.candidates.bring(worker)
      if (this.#serving !== wanted) continue
      if (!(await worker.commit(prepared.id))) late++
      else if (this.#serving === wanted) {
        if (this.#all.has(worker)) this.#workers.set(worker, null)
        return
      }
    }
    // It would delay the next policy.
    worker.kill()
  }
}

/** The policy and all data. */
interface Standing {
  readonly bundle: PolicyParts | null
  readonly data: Readonly<Record<string, DataValue>>
}
