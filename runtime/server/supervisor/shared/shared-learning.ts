import type { Log } from '../../../base/log.ts'
import { LEARNED_EACH, type Learned, LearnedFile, Learner } from '../../../proxy/discovery/index.ts'
import type { WorkerProcess } from '../worker-process.ts'

export interface Learning {
  readonly file: string
  readonly workers: readonly Pick<WorkerProcess, 'ask' | 'learned'>[]
}

interface Kept {
  readonly file: LearnedFile
  readonly gone: Learner
}

/**
 * The learned routes of all workers, with a file for each configuration that has `learn`. Workers report periodically and when
 * they end.
 */
export class SharedLearning {
  readonly #log: Log
  readonly #learning: () => readonly Learning[]
  readonly #kept = new Map<string, Kept>()
  #timer: NodeJS.Timeout | null = null

  constructor(log: Log, learning: () => readonly Learning[]) {
    this.#log = log
    this.#learning = learning
  }

  /**
   * Opens the file of learned routes of a configuration; does nothing without a file.
   *
   * @throws StartupError if the file is not writable or has another format
   */
  open(file: string | null): void {
    if (file === null || this.#kept.has(file)) return
    this.#kept.set(file, { file: new LearnedFile(file), gone: new Learner() })
    this.#timer ??= setInterval(() => void this.#askAll(), LEARNED_EACH).unref()
  }

  /** Stores the last learned routes of a worker that has ended, so that later writes of the file include them. */
  forget(file: string | null, learned: Learned): void {
    if (file !== null) this.#kept.get(file)?.gone.add(learned)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#write([])
  }

  async #askAll(): Promise<void> {
    await Promise.all(this.#learning().flatMap(({ workers }) => workers.map((worker) => worker.ask('learned'))))
    // Ended workers are among the gone; an unresponsive one keeps its last report.
    this.#write(this.#learning())
  }

  #write(learning: readonly Learning[]): void {
    for (const [name, { file, gone }] of this.#kept) {
      const there = learning.filter((each) => each.file === name).flatMap(({ workers }) => workers)
      try {
        file.write([gone.learned(), ...there.map(({ learned }) => learned)], Date.now())
      } catch (error) {
        this.#log.error(`the discovered routes cannot be written: ${(error as Error).message}`)
      }
    }
  }
}
