/** The analysis: a second instance of the language server, in a worker of its own, so that nothing here delays the editor. */
import type { CommandResults } from '../../language-server/index.ts'
import type { SharedFile } from '../share/index.ts'
import { ROOT, uriOf } from './project.ts'

/** A result that cannot be given. The message is for the user. */
export class AnalysisError extends Error {}

/** Thrown if a newer run took the place of a run, or the user stopped it. */
export class StoppedError extends Error {}

export type CommandName = keyof CommandResults

/** Milliseconds for a run. The server leaves undecided what it has not reached after 30 seconds. */
const LONGEST_RUN = 45_000
/** Milliseconds for a run to end that was cancelled. One step of the analysis takes at most two seconds. */
const LONGEST_END = 1_000

interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  readonly progress: (percent: number) => void
}

export interface RunOptions {
  readonly signal: AbortSignal
  readonly progress?: (percent: number) => void
}

/** Runs commands one at a time. A run that does not end in time ends with its worker, and the next one has a new worker. */
export class Analysis {
  readonly #start: () => Worker
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  /** The texts that the worker knows. */
  #sent = new Map<string, string>()
  #count = 0

  /** @param start starts a worker with the language server */
  constructor(start: () => Worker) {
    this.#start = start
  }

  /** Starts the worker before anything is asked. */
  warmUp(files: readonly SharedFile[]): void {
    this.#send(files)
  }

  /**
   * Runs a command on some files.
   *
   * @throws AnalysisError if it has no result
   * @throws StoppedError if it is aborted
   */
  async run<Name extends CommandName>(
    name: Name,
    files: readonly SharedFile[],
    argument: Readonly<Record<string, unknown>>,
    { signal, progress = () => {} }: RunOptions,
  ): Promise<CommandResults[Name]> {
    if (signal.aborted) throw new StoppedError()
    const worker = this.#send(files)
    const id = ++this.#count
    const timers = new Set<ReturnType<typeof setTimeout>>()
    const stop = () => {
      worker.postMessage({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } })
      timers.add(setTimeout(() => this.#end(worker, new StoppedError()), LONGEST_END))
    }
    signal.addEventListener('abort', stop)
    timers.add(setTimeout(() => this.#end(worker, new AnalysisError('stopped, as it took longer than 45 seconds')), LONGEST_RUN))
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, progress })
        const params = { command: name, arguments: [argument], workDoneToken: id }
        worker.postMessage({ jsonrpc: '2.0', id, method: 'workspace/executeCommand', params })
      })
      return result as CommandResults[Name]
    } catch (error) {
      throw signal.aborted ? new StoppedError() : error
    } finally {
      for (const timer of timers) clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      this.#waiting.delete(id)
    }
  }

  /** Sends what changed since the last time, and returns the worker. */
  #send(files: readonly SharedFile[]): Worker {
    this.#worker ??= this.#started()
    const texts = new Map(files.map(({ name, text }) => [name, text]))
    const gone = [...this.#sent.keys()].filter((name) => !texts.has(name)).map((name) => ({ uri: uriOf(name), text: null }))
    const changed = files.filter(({ name, text }) => this.#sent.get(name) !== text)
    this.#sent = texts
    if (gone.length + changed.length > 0) {
      const params = { files: [...gone, ...changed.map(({ name, text }) => ({ uri: uriOf(name), text }))] }
      this.#worker.postMessage({ jsonrpc: '2.0', method: 'iap/files', params })
    }
    return this.#worker
  }

  #started(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }) => this.#receive(worker, data as Message))
    worker.addEventListener('error', () => this.#end(worker, new AnalysisError('the analysis failed: reload the page')))
    this.#sent = new Map()
    const params = { processId: null, rootUri: ROOT, capabilities: {} }
    worker.postMessage({ jsonrpc: '2.0', id: ++this.#count, method: 'initialize', params })
    worker.postMessage({ jsonrpc: '2.0', method: 'initialized', params: {} })
    return worker
  }

  #receive(worker: Worker, { id, method, params, result, error }: Message): void {
    if (worker !== this.#worker) return
    if (method === '$/progress') {
      const { token, value } = params as { readonly token: number; readonly value: { readonly percentage?: number } }
      if (value.percentage !== undefined) this.#waiting.get(token)?.progress(value.percentage)
    } else if (method !== undefined && id !== undefined) {
      // The server asks for settings, and takes its defaults.
      worker.postMessage({ jsonrpc: '2.0', id, result: null })
    } else if (typeof id === 'number') {
      const waiting = this.#waiting.get(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new AnalysisError(error.message))
    }
  }

  #end(worker: Worker, error: Error): void {
    worker.terminate()
    if (worker !== this.#worker) return
    this.#worker = null
    for (const { reject } of this.#waiting.values()) reject(error)
  }
}
