import type { LogOutputChannel } from 'vscode'
import { type BaseLanguageClient, CloseAction, ErrorAction, type LanguageClientOptions } from 'vscode-languageclient'

/** Milliseconds that the language server has to answer `initialize`. */
const START_TIMEOUT = 60_000

/** A server that has ended this often in {@link CRASH_WINDOW} is not started again by itself. */
const MAX_CRASHES = 5

/** Milliseconds. */
const CRASH_WINDOW = 180_000

/** Options by which {@link Server} watches a client. */
export type WatchOptions = Required<Pick<LanguageClientOptions, 'errorHandler' | 'initializationFailedHandler'>>

/** The language server and its client. Starts and stops run one after the other. */
export class Server {
  #client: BaseLanguageClient | null = null
  #queue: Promise<void> = Promise.resolve()
  readonly #create: (options: WatchOptions) => Promise<BaseLanguageClient>
  readonly #log: LogOutputChannel
  readonly #report: (error: Error) => void

  /**
   * @param create returns a new client, which is not started
   * @param report is called with an error when a running server has ended too often
   */
  constructor(
    create: (options: WatchOptions) => Promise<BaseLanguageClient>,
    log: LogOutputChannel,
    report: (error: Error) => void,
  ) {
    this.#create = create
    this.#log = log
    this.#report = report
  }

  /** Starts the server, or a new one in place of the running one. @throws Error if it does not start */
  restart(): Promise<void> {
    const next = this.#queue.then(() => this.#replace())
    this.#queue = next.catch(() => {})
    return next
  }

  /** Returns the client of the running server. @throws Error if no server is running */
  get client(): BaseLanguageClient {
    if (this.#client?.isRunning() !== true) throw new Error('the language server is not running')
    return this.#client
  }

  /** Resolves when the server has stopped. */
  async stop(): Promise<void> {
    await this.#queue
    await this.#stopClient()
  }

  async #replace(): Promise<void> {
    await this.#stopClient()
    const client = await this.#create(this.#watch())
    // The client would show its errors in messages of their own, which say less than ours.
    client.error = (message, data) => this.#log.error(data === undefined ? message : `${message} ${data}`)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${START_TIMEOUT / 1000} s`)), START_TIMEOUT)
    })
    try {
      await Promise.race([client.start(), late])
      this.#client = client
    } catch (error) {
      await client.dispose().catch(() => {})
      throw new Error(`the language server did not start: ${error instanceof Error ? error.message : error}`)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Returns handlers that start a crashed server again, unless it crashes too often or has not started at all. */
  #watch(): WatchOptions {
    const crashes: number[] = []
    return {
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => ({
          action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
          handled: true,
        }),
        closed: () => {
          crashes.push(Date.now())
          const recent = crashes.filter((time) => time > Date.now() - CRASH_WINDOW).length
          if (this.#client !== null && recent < MAX_CRASHES) return { action: CloseAction.Restart, handled: true }
          if (this.#client !== null)
            this.#report(new Error(`the language server has ended ${recent} times in three minutes, and is not started again`))
          return { action: CloseAction.DoNotRestart, handled: true }
        },
      },
    }
  }

  async #stopClient(): Promise<void> {
    const client = this.#client
    this.#client = null
    // The client waits two seconds for the server, then ends it.
    await client?.dispose().catch((error: unknown) => this.#log.warn(`cannot stop the language server: ${error}`))
  }
}
