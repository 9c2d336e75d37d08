import type { Log } from '../../base/log.ts'
import {
  type CandidateBundle,
  type Candidates,
  NO_SHARE,
  type PolicyRefusal,
  SerialQueue,
  type Share,
  sumTallies,
  type Tally,
} from '../../policy/index.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { type PolicyParts, partsOf } from './messages.ts'
import { TRIES, tryInOne } from './try-in-one.ts'
import type { WorkerProcess } from './worker-process.ts'

interface OpenCandidate {
  /** Identifies the candidate in worker messages. */
  readonly number: number
  readonly bundle: PolicyParts
  share: Share
  /** Whether a worker has taken it; before that, new workers need not. */
  isTried: boolean
  /** Workers that have it or are getting it. */
  readonly workers: Set<WorkerProcess>
  /** The results of workers that are gone. */
  gone: Tally | null
  ended: PolicyRefusal | null
}

/**
 * The candidate policy in all workers. If one worker cannot load the candidate, its roll-out ends in all workers, so that the
 * candidate never prevents a worker from serving.
 */
export class FleetCandidate implements Candidates {
  readonly #log: Log
  readonly #check: CodeCheck
  readonly #fleet: ReadonlySet<WorkerProcess>
  readonly #turns = new SerialQueue()
  #on: OpenCandidate | null = null
  #last = 0
  /** Workers lost over that policy, in all attempts, until all have taken it. */
  #lost = { revision: '', count: 0 }

  /**
   * Creates a holder of candidates for a fleet of workers, without a candidate at first.
   *
   * @param check code check that a bundle must pass before a worker runs it
   * @param fleet all workers that have started
   */
  constructor(log: Log, check: CodeCheck, fleet: ReadonlySet<WorkerProcess>) {
    this.#log = log
    this.#check = check
    this.#fleet = fleet
  }

  begin(bundle: CandidateBundle): Promise<PolicyRefusal | null> {
    return this.#turns.take(async () => {
      await this.#end()
      const refused = await this.#check.refusal(bundle)
      if (refused !== null) return refused
      const on: OpenCandidate = {
        ...{ number: ++this.#last, bundle: partsOf(bundle), share: NO_SHARE },
        ...{ isTried: false, workers: new Set<WorkerProcess>(), gone: null, ended: null },
      }
      const { revision } = bundle.manifest
      if (this.#lost.revision !== revision) this.#lost = { revision, count: 0 }
      // New workers get it once one has taken it.
      this.#on = on
      await this.#tryAll(on, bundle.tests ?? null)
      const { ended } = on
      if (ended !== null) await this.#end()
      return ended
    })
  }

  share(share: Share): Promise<void> {
    return this.#turns.take(async () => {
      const on = this.#on
      if (on === null || on.ended !== null) return
      on.share = share
      await Promise.all([...on.workers].map((worker) => worker.share(on.number, share)))
    })
  }

  end(): Promise<void> {
    return this.#turns.take(() => this.#end())
  }

  async tally(): Promise<Tally | null> {
    const on = this.#on
    if (on === null) return null
    await Promise.all([...on.workers].map((worker) => worker.ask('candidate')))
    // It may have ended meanwhile.
    if (this.#on !== on) return this.#on === null ? null : await this.tally()
    const found = [...on.workers].flatMap((worker) => talliesOf(worker, on))
    const all = sumTallies(on.gone === null ? found : [on.gone, ...found])
    if (all.ended !== null) this.#fail(on, all.ended)
    return { ...all, ended: on.ended }
  }

  async bring(worker: WorkerProcess): Promise<void> {
    const on = this.#on
    if (on === null || on.ended !== null || !on.isTried) return
    await this.#tryIn(on, worker)
    if (on.workers.has(worker) && on.share !== NO_SHARE) await worker.share(on.number, on.share)
  }

  /** Returns whether a worker has the candidate and may evaluate it. */
  isIn(worker: WorkerProcess): boolean {
    return this.#on?.workers.has(worker) ?? false
  }

  leave(worker: WorkerProcess): void {
    const on = this.#on
    if (on === null || !on.workers.delete(worker)) return
    const found = talliesOf(worker, on)
    if (found.length > 0) on.gone = sumTallies(on.gone === null ? found : [on.gone, ...found])
  }

  /**
   * Forgets the candidate if its policy has become active. Must be called after each activation with the revision of the active
   * policy. The workers detect the activation themselves.
   */
  serves(revision: string): void {
    if (this.#on?.bundle.manifest.revision === revision) this.#on = null
  }

  /** Runs the bundle's tests once, in the first worker that takes it. */
  async #tryAll(on: OpenCandidate, tests: string | null): Promise<void> {
    // A hung worker is listed until its end is reported.
    const lost = new Set<WorkerProcess>()
    const taken = await tryInOne(
      () => this.#there().filter((worker) => !lost.has(worker)),
      async (worker) => {
        const answer = await this.#tryIn(on, worker, tests)
        if (answer === 'lost') lost.add(worker)
        return on.ended ?? answer
      },
    )
    if ('kind' in taken) return this.#fail(on, taken)
    on.isTried = true
    await Promise.all([...this.#fleet].map((worker) => (lost.has(worker) ? null : this.#tryIn(on, worker))))
    if (on.ended === null) this.#lost.count = 0
  }

  #there(): readonly WorkerProcess[] {
    const all = [...this.#fleet].filter(({ state }) => state !== 'draining' && state !== 'gone')
    const serving = all.filter(({ state }) => state === 'ready')
    return serving.length > 0 ? serving : all
  }

  async #tryIn(on: OpenCandidate, worker: WorkerProcess, tests: string | null = null): Promise<PolicyRefusal | 'lost' | null> {
    if (on.workers.has(worker)) return null
    on.workers.add(worker)
    const tried = await worker.try(on.number, { ...on.bundle, tests })
    if (tried !== null) {
      if (tried.refusal !== null) this.#fail(on, tried.refusal)
      return tried.refusal
    }
    // Whatever ended it: after repeated losses the candidate is blamed, and not fetched again.
    on.workers.delete(worker)
    worker.kill()
    if (++this.#lost.count >= TRIES && on.ended === null) {
      this.#lost.count = 0
      this.#fail(on, {
        kind: 'refused',
        code: 'ends-workers',
        message: `${TRIES} workers ended while they loaded the candidate, or did not answer: read the log of the proxy`,
      })
    }
    return 'lost'
  }

  #fail(on: OpenCandidate, refusal: PolicyRefusal): void {
    if (on.ended !== null) return
    on.ended = refusal
    // It may have ended, and there may be another candidate.
    if (this.#on !== on) return
    this.#log.error(`the candidate was ended: ${refusal.message}`, { revision: on.bundle.manifest.revision, code: refusal.code })
    for (const worker of on.workers) {
      // Its results are collected before they are dropped.
      void worker.ask('candidate')
      void worker.untry(on.number)
    }
  }

  async #end(): Promise<void> {
    const on = this.#on
    this.#on = null
    if (on !== null) await Promise.all([...on.workers].map((worker) => worker.untry(on.number)))
  }
}

function talliesOf({ candidate }: WorkerProcess, { number }: OpenCandidate): readonly Tally[] {
  return candidate !== null && candidate.number === number ? [candidate.tally] : []
}
