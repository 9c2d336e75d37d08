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
  /** What workers tell is of this one. */
  readonly number: number
  readonly bundle: PolicyParts
  share: Share
  /** Whether one of them has taken it: before that, nobody who comes up has to. */
  isTried: boolean
  /** Those that have it, or are about to. */
  readonly workers: Set<WorkerProcess>
  /** What those have found that are gone. */
  gone: Tally | null
  /** Why it is over by itself. */
  ended: PolicyRefusal | null
}

/**
 * the candidate in all workers of a fleet, or in none. It never keeps a worker from serving: what one cannot have ends for
 * all.
 */
export class FleetCandidate implements Candidates {
  readonly #log: Log
  readonly #check: CodeCheck
  readonly #fleet: ReadonlySet<WorkerProcess>
  readonly #turns = new SerialQueue()
  #on: OpenCandidate | null = null
  #last = 0
  /** Workers that were lost over that policy, however often it was begun, until it has been taken by all. */
  #lost = { revision: '', count: 0 }

  /** @param fleet all workers that have come up */
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
      // Who comes up is brought it, once one has taken it.
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
    // What it was asked about may have been over by then.
    if (this.#on !== on) return this.#on === null ? null : await this.tally()
    const found = [...on.workers].flatMap((worker) => talliesOf(worker, on))
    const all = sumTallies(on.gone === null ? found : [on.gone, ...found])
    if (all.ended !== null) this.#fail(on, all.ended)
    return { ...all, ended: on.ended }
  }

  /** Before it serves. */
  async bring(worker: WorkerProcess): Promise<void> {
    const on = this.#on
    if (on === null || on.ended !== null || !on.isTried) return
    await this.#tryIn(on, worker)
    if (on.workers.has(worker) && on.share !== NO_SHARE) await worker.share(on.number, on.share)
  }

  /** Whether the worker has the candidate: it may evaluate it. */
  isIn(worker: WorkerProcess): boolean {
    return this.#on?.workers.has(worker) ?? false
  }

  leave(worker: WorkerProcess): void {
    const on = this.#on
    if (on === null || !on.workers.delete(worker)) return
    const found = talliesOf(worker, on)
    if (found.length > 0) on.gone = sumTallies(on.gone === null ? found : [on.gone, ...found])
  }

  /** It serves: if that is the candidate, each worker has noticed by itself. */
  serves(revision: string): void {
    if (this.#on?.bundle.manifest.revision === revision) this.#on = null
  }

  /** Its tests say the same in each, and are run in the one that takes it first. */
  async #tryAll(on: OpenCandidate, tests: string | null): Promise<void> {
    // One that hangs is there until its end is heard of.
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

  /** Those that serve; before anybody does, all that could. */
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
    // It is gone, or hangs, for whatever reason: but if that comes again and again, it is the candidate, and its source is not
    // asked for it any more.
    on.workers.delete(worker)
    worker.kill()
    if (++this.#lost.count >= TRIES && on.ended === null) {
      this.#lost.count = 0
      this.#fail(on, { kind: 'refused', code: 'ends-workers', message: `${TRIES} workers have ended over it, or did not answer` })
    }
    return 'lost'
  }

  #fail(on: OpenCandidate, refusal: PolicyRefusal): void {
    if (on.ended !== null) return
    on.ended = refusal
    // Of one that is over by now, and another may be a candidate.
    if (this.#on !== on) return
    this.#log.error(`the candidate is over: ${refusal.message}`, { revision: on.bundle.manifest.revision, code: refusal.code })
    for (const worker of on.workers) {
      // What it has found is heard before it is forgotten.
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
