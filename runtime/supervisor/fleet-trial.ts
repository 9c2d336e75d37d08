import type { Log } from '../log.ts'
import {
  type InstantiateInput,
  NO_SHARE,
  type Refusal,
  type Share,
  sumTallies,
  type Tally,
  type Trials,
  Turns,
} from '../policy/index.ts'
import type { CodeCheck } from './code-check/code-check.ts'
import { type PolicyParts, partsOf } from './messages.ts'
import type { WorkerProcess } from './worker-process.ts'

/** How many workers may be lost over it. */
const TRIES = 3

interface OnTrial {
  /** What workers tell is of this one. */
  readonly number: number
  readonly bundle: PolicyParts
  share: Share
  /** Those that have it, or are about to. */
  readonly workers: Set<WorkerProcess>
  /** What those have found that are gone. */
  gone: Tally | null
  lost: number
  /** Why it is over by itself. */
  ended: Refusal | null
}

/** What is on trial in all workers of a fleet, or in none. It never keeps a worker from serving: what one cannot have ends for all. */
export class FleetTrial implements Trials {
  readonly #log: Log
  readonly #check: CodeCheck
  readonly #fleet: ReadonlySet<WorkerProcess>
  readonly #turns = new Turns()
  #on: OnTrial | null = null
  #last = 0

  /** @param fleet all workers that have come up */
  constructor(log: Log, check: CodeCheck, fleet: ReadonlySet<WorkerProcess>) {
    this.#log = log
    this.#check = check
    this.#fleet = fleet
  }

  begin(bundle: InstantiateInput): Promise<Refusal | null> {
    return this.#turns.take(async () => {
      await this.#end()
      const refused = await this.#check.refusal(bundle)
      if (refused !== null) return refused
      const on: OnTrial = {
        ...{ number: ++this.#last, bundle: partsOf(bundle), share: NO_SHARE },
        ...{ workers: new Set<WorkerProcess>(), gone: null, lost: 0, ended: null },
      }
      // Who comes up from now on is brought it.
      this.#on = on
      await this.#tryAll(on)
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
      await Promise.all([...on.workers].map((worker) => worker.share(share)))
    })
  }

  end(): Promise<void> {
    return this.#turns.take(() => this.#end())
  }

  async tally(): Promise<Tally | null> {
    const on = this.#on
    if (on === null) return null
    await Promise.all([...on.workers].map((worker) => worker.ask('trial')))
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
    if (on === null || on.ended !== null) return
    await this.#tryIn(on, worker)
    if (on.workers.has(worker) && on.share !== NO_SHARE) await worker.share(on.share)
  }

  leave(worker: WorkerProcess): void {
    const on = this.#on
    if (on === null || !on.workers.delete(worker)) return
    const found = talliesOf(worker, on)
    if (found.length > 0) on.gone = sumTallies(on.gone === null ? found : [on.gone, ...found])
  }

  /** It serves: if that is what was on trial, each worker has noticed by itself. */
  serves(revision: string): void {
    if (this.#on?.bundle.manifest.revision === revision) this.#on = null
  }

  /** In one, before all others have to do with it: what ends whoever takes it must not end all of them. */
  async #tryAll(on: OnTrial): Promise<void> {
    while (on.ended === null) {
      const worker = [...this.#fleet].find((one) => !on.workers.has(one) && one.state !== 'draining')
      if (worker === undefined) break
      await this.#tryIn(on, worker)
      if (on.workers.has(worker)) break
    }
    if (on.ended !== null) return
    if (on.workers.size === 0)
      return this.#fail(on, { kind: 'refused', code: 'worker', message: 'no worker was there to take it' })
    await Promise.all([...this.#fleet].map((worker) => this.#tryIn(on, worker)))
  }

  async #tryIn(on: OnTrial, worker: WorkerProcess): Promise<void> {
    if (on.workers.has(worker)) return
    on.workers.add(worker)
    const tried = await worker.try(on.number, on.bundle)
    if (tried === null) {
      // It is gone, or hangs, for whatever reason: but if that comes again and again, it is what is on trial.
      on.workers.delete(worker)
      worker.kill()
      const message = 'workers end over it, or do not answer'
      if (++on.lost >= TRIES) this.#fail(on, { kind: 'refused', code: 'worker', message })
    } else if (tried.refusal !== null) this.#fail(on, tried.refusal)
  }

  #fail(on: OnTrial, refusal: Refusal): void {
    if (on.ended !== null) return
    on.ended = refusal
    this.#log.error(`what is on trial is over: ${refusal.message}`, { revision: on.bundle.manifest.revision, code: refusal.code })
    for (const worker of on.workers) {
      // What it has found is heard before it is forgotten.
      void worker.ask('trial')
      void worker.untry()
    }
  }

  async #end(): Promise<void> {
    const on = this.#on
    this.#on = null
    if (on !== null) await Promise.all([...on.workers].map((worker) => worker.untry()))
  }
}

function talliesOf({ trial }: WorkerProcess, { number }: OnTrial): readonly Tally[] {
  return trial !== null && trial.number === number ? [trial.tally] : []
}
