import { basename } from 'node:path'
import type { Worker } from 'node:worker_threads'
import type { Log } from '../../../../base/log.ts'
import { startPluginThread } from '../../../../base/plugin-thread.ts'
import { type LineTarget, linesIn, WriteError } from '../line-target.ts'
import { PLUGIN_THREAD } from './plugin-thread.ts'

/** Milliseconds to wait for loading, for a batch, and for closing. */
const PATIENCE = 10_000

/**
 * A target that runs a plug-in in a thread. Requests wait for capacity at most, never for the plug-in. If the plug-in does not
 * respond in time, the thread ends and a new thread receives the batch.
 */
export class PluginTarget implements LineTarget {
  readonly name: string
  readonly #file: string
  readonly #log: Log
  #thread: Worker | null = null
  #answered: ((problem: string | null) => void) | null = null

  /**
   * Starts the plug-in in a thread, and returns the target.
   *
   * @throws if the plug-in cannot be loaded
   */
  static async open(file: string, log: Log): Promise<PluginTarget> {
    const target = new PluginTarget(file, log)
    const problem = await target.#start()
    if (problem === null) return target
    throw new Error(`the plug-in \`${file}\` cannot be loaded: ${problem}`)
  }

  private constructor(file: string, log: Log) {
    this.name = `the plug-in \`${basename(file)}\``
    this.#file = file
    this.#log = log
  }

  async write(bytes: Buffer): Promise<void> {
    const lines = linesIn(bytes)
    const problem = (this.#thread === null ? await this.#start() : null) ?? (await this.#ask(lines))
    if (problem !== null) throw new WriteError(problem, 0)
  }

  async reopen(): Promise<void> {}

  async close(): Promise<void> {
    const problem = this.#thread === null ? null : await this.#ask(null)
    if (problem !== null) this.#log.error(`${this.name} of audit records did not close: ${problem}`)
    await this.#end()
  }

  /** Returns null, or the error. */
  async #start(): Promise<string | null> {
    const thread = startPluginThread(PLUGIN_THREAD, this.#file, (text) =>
      this.#log.info(`output of ${this.name} of audit records`, { text: text.slice(0, 1000) }),
    )
    this.#thread = thread
    // A plug-in could send messages itself.
    thread.on('message', (said: { readonly kind?: unknown; readonly message?: unknown } | null) => {
      if (thread === this.#thread) this.#answer(said?.kind === 'done' ? null : String(said?.message))
    })
    thread.on('error', (error) => this.#gone(thread, error instanceof Error ? error.message : String(error)))
    thread.on('exit', () => this.#gone(thread, 'it has ended'))
    const problem = await this.#answerInTime()
    // It may be fixed by the next attempt.
    if (problem !== null) await this.#end()
    return problem
  }

  /** Lines, or null to close. One request at a time. */
  async #ask(lines: readonly string[] | null): Promise<string | null> {
    const answer = this.#answerInTime()
    this.#thread?.postMessage(lines)
    return await answer
  }

  async #answerInTime(): Promise<string | null> {
    return await new Promise<string | null>((resolve) => {
      const timer = setTimeout(() => {
        this.#answer('it did not stop in time')
        void this.#end()
      }, PATIENCE)
      this.#answered = (problem) => {
        clearTimeout(timer)
        resolve(problem)
      }
    })
  }

  #answer(problem: string | null): void {
    const answered = this.#answered
    this.#answered = null
    answered?.(problem)
  }

  #gone(thread: Worker, why: string): void {
    if (thread !== this.#thread) return
    this.#thread = null
    if (this.#answered === null) this.#log.error(`${this.name} of audit records exited: ${why}`)
    this.#answer(why)
  }

  async #end(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
  }
}
