import type { Log } from '../../../base/log.ts'
import { LEARNED_EACH, type Learned, LearnedFile, Learner } from '../../../proxy/discovery/index.ts'
import type { WorkerProcess } from '../worker-process.ts'

/** Workers that learn, and the file for it. */
export interface Learning {
  readonly file: string
  readonly workers: readonly Pick<WorkerProcess, 'ask' | 'learned'>[]
}

interface Kept {
  readonly file: LearnedFile
  /** What those have learned that are gone. */
  readonly gone: Learner
}

/**
 * What all workers have learned, in one file for each configuration that names one. They are asked now and then, and tell it once
 * more when they end.
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

  /** Throws `StartupError`. */
  open(file: string | null): void {
    if (file === null || this.#kept.has(file)) return
    this.#kept.set(file, { file: new LearnedFile(file), gone: new Learner() })
    this.#timer ??= setInterval(() => void this.#askAll(), LEARNED_EACH).unref()
  }

  /** The last of a worker that is gone. */
  forget(file: string | null, learned: Learned): void {
    if (file !== null) this.#kept.get(file)?.gone.add(learned)
  }

  /** All of them are gone. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#write([])
  }

  async #askAll(): Promise<void> {
    await Promise.all(this.#learning().flatMap(({ workers }) => workers.map((worker) => worker.ask('learned'))))
    // One that has ended meanwhile is among those that are gone, and one that did not answer has what it told last.
    this.#write(this.#learning())
  }

  #write(learning: readonly Learning[]): void {
    for (const [name, { file, gone }] of this.#kept) {
      const there = learning.filter((each) => each.file === name).flatMap(({ workers }) => workers)
      try {
        file.write([gone.learned(), ...there.map(({ learned }) => learned)], Date.now())
      } catch (error) {
        this.#log.error(`what was learned cannot be written: ${(error as Error).message}`)
      }
    }
  }
}
