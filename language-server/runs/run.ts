import type { AnalysisControl } from '../../analysis/index.ts'
import { finishWithPauses, type Steps } from '../../language/index.ts'

/** Thrown if a run cannot give an answer. The message is for the user. */
export class RunError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RunError'
  }
}

/** Thrown if the client cancelled a run. */
export class CancelledError extends Error {
  constructor() {
    super('cancelled')
    this.name = 'CancelledError'
  }
}

/** The client that waits for a run. */
export interface RunClient {
  isCancelled(): boolean
  /** Shows the progress, in percent. */
  report(percent: number): void
}

/** Milliseconds after which what has no result is undecided. */
const BUDGET = 30_000
/** Milliseconds of one step of an analysis, during which the server answers nothing else. */
const LONGEST_STEP = 2_000
/** Milliseconds of work between two looks at other messages. */
const SLICE = 20

/** A computation that a client asked for. It stops now and then to let the server answer other messages. */
export class Run {
  /** Ends an analysis, and any single step of it that takes too long. */
  readonly control: AnalysisControl
  readonly #client: RunClient
  readonly #end: number
  #stepBegan = 0

  constructor(client: RunClient, budget = BUDGET) {
    this.#client = client
    this.#end = performance.now() + budget
    this.control = {
      isOver: () => this.isOver() || performance.now() > this.#stepBegan + LONGEST_STEP,
      progress: (done, of) => client.report(of === 0 ? 100 : Math.floor((100 * done) / of)),
    }
  }

  readonly isOver = (): boolean => performance.now() > this.#end

  /**
   * Runs a computation to its end.
   *
   * @throws CancelledError if the client cancels it
   */
  async finish<T>(steps: Steps<T>): Promise<T> {
    let began = 0
    const begin = () => {
      if (this.#client.isCancelled()) throw new CancelledError()
      began = performance.now()
      this.#stepBegan = began
    }
    begin()
    return await finishWithPauses(steps, () => {
      this.#stepBegan = performance.now()
      // A timer, as promises are run before other messages.
      return this.#stepBegan - began < SLICE ? null : new Promise((resolve) => setTimeout(resolve, 0)).then(begin)
    })
  }
}
