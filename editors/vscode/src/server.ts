import type { LogOutputChannel } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** Milliseconds that the language server has to answer `initialize`. */
const START_TIMEOUT = 60_000

/** The language server and its client. Starts and stops run one after the other. */
export class Server {
  #client: BaseLanguageClient | null = null
  #queue: Promise<void> = Promise.resolve()
  readonly #create: () => Promise<BaseLanguageClient>
  readonly #log: LogOutputChannel

  /** @param create returns a new client, which is not started */
  constructor(create: () => Promise<BaseLanguageClient>, log: LogOutputChannel) {
    this.#create = create
    this.#log = log
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
    const client = await this.#create()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the language server did not start in ${START_TIMEOUT / 1000} s`)), START_TIMEOUT)
    })
    try {
      await Promise.race([client.start(), late])
      this.#client = client
    } catch (error) {
      await client.dispose().catch((failure: unknown) => this.#log.warn(`cannot end the language server: ${failure}`))
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async #stopClient(): Promise<void> {
    const client = this.#client
    this.#client = null
    // The client waits two seconds for the server, then ends it.
    await client?.dispose().catch((error: unknown) => this.#log.warn(`cannot stop the language server: ${error}`))
  }
}
