import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect, type Socket } from 'node:net'
import { createClient } from '@redis/client'
import { Pause, settledWithin } from '../waiting.ts'
import { type RedisAccess, redisOptions } from './redis-server.ts'
import { hostnameOf } from './topology.ts'

export type RedisClient = ReturnType<typeof openClient>['client']

export interface LinkOptions {
  readonly url: string
  /** `null` if the URL has the credentials. */
  readonly access: RedisAccess | null
  /** Prepares a new connection. If it rejects, the connection is closed. */
  readonly prepare?: (client: RedisClient) => Promise<unknown>
  /** Called when a connection can be used. */
  readonly up: () => void
  /** Called with the reason when a connection ends or cannot be opened. */
  readonly down: (error: Error) => void
  /** Called with each password that is read, so that messages can leave it out. */
  readonly secret: (password: string) => void
}

/** Milliseconds to wait for a connection or a response. */
export const PATIENCE = 2000
const RECONNECT = { first: 50, most: 1000 }

/** Number of bytes that Redis may send without completing a response. */
const MOST_INCOMPLETE = 16 * 1024 * 1024
/** Milliseconds between two checks of that number. */
const CHECK = 100

const LATE = Symbol('late')

/**
 * A connection to one Redis server, which is opened again whenever it ends. Each connection has a client of its own, so it reads
 * the password and the TLS files again. A server that does not respond in time is disconnected, because commands on a silent
 * connection would each wait.
 */
export class RedisLink {
  readonly url: string
  /** The current client; `null` while there is no connection. */
  client: RedisClient | null = null
  readonly #options: LinkOptions
  readonly #pause = new Pause()
  readonly #waiting = new Set<() => void>()
  #isOpen = true
  #breaks: (error: Error) => void = () => {}
  #progress: () => void = () => {}

  constructor(options: LinkOptions) {
    this.url = options.url
    this.#options = options
    void this.#run()
  }

  /**
   * Calls `question` with the client, and returns the result.
   *
   * @throws Error if there is no connection, Redis does not respond within `ms` milliseconds, or the response is an error
   */
  async send<T>(question: (client: RedisClient) => Promise<T>, ms: number = PATIENCE): Promise<T> {
    if (this.client === null) throw new Error('there is no connection')
    const answer = await settledWithin(question(this.client), ms, LATE)
    if (answer === LATE) {
      const error = new Error(`Redis did not respond within ${Math.round(ms)} ms`)
      // Less time remains after a redirect, which says nothing about this server.
      if (ms >= PATIENCE / 2) this.drop(error)
      throw error
    }
    this.#progress()
    return answer
  }

  /** Marks the bytes that have been received as complete, such as those of a message. */
  progress(): void {
    this.#progress()
  }

  /** Resolves when there is a connection, after `ms` milliseconds, or when the link is closed. */
  async ready(ms: number): Promise<void> {
    if (this.client !== null || !this.#isOpen) return
    let resolved = () => {}
    const ready = new Promise<void>((resolve) => {
      resolved = resolve
      this.#waiting.add(resolve)
    })
    await settledWithin(ready, ms, undefined)
    this.#waiting.delete(resolved)
  }

  /** Ends the current connection, for a reason. Another one is opened. */
  drop(error: Error): void {
    this.#breaks(error)
  }

  close(): void {
    this.#isOpen = false
    this.#breaks(new Error('the connection is closed'))
    this.#pause.end()
    this.#wake()
  }

  async #run(): Promise<void> {
    for (let tries = 0; this.#isOpen; tries++) {
      const begun = performance.now()
      const error = await this.#live()
      if (!this.#isOpen) return
      this.#options.down(error)
      // A server that closes each connection at once is not asked without a pause.
      if (performance.now() - begun > RECONNECT.most && tries > 0) tries = 0
      await this.#pause.for(Math.min(RECONNECT.most, RECONNECT.first * 2 ** Math.min(tries, 10)))
    }
  }

  /** Opens a connection, and resolves with the reason when it has ended. */
  async #live(): Promise<Error> {
    const { url, access, prepare, up, secret } = this.#options
    let opened: ReturnType<typeof openClient> | null = null
    try {
      const options = redisOptions(url, access)
      if (options.password !== undefined) secret(options.password)
      const broken = new Promise<Error>((resolve) => {
        this.#breaks = resolve
      })
      opened = openClient(options, this.#breaks)
      this.#progress = opened.progress
      const { client, connected } = opened
      const prepared = connected.then(async () => await prepare?.(client)).then(() => null)
      const failed = await settledWithin(Promise.race([prepared, broken]), PATIENCE, LATE)
      if (failed === LATE) return new Error(`Redis did not respond within ${PATIENCE} ms`)
      if (failed !== null) return failed
      this.client = client
      this.#wake()
      up()
      return await broken
    } catch (error) {
      return error as Error
    } finally {
      this.client = null
      opened?.end()
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

/** Opens a client that never connects again, and calls `fails` when its connection ends. */
function openClient(options: ReturnType<typeof redisOptions>, fails: (error: Error) => void) {
  let socket: Socket | null = null
  let { socket: given } = options
  if ('tls' in given) {
    const { url } = options
    socket = connect({ host: hostnameOf(url), port: Number(new URL(url).port || 6379), noDelay: true, keepAlive: true })
    socket.on('error', fails)
    given = { ...given, socket }
  }
  const client = createClient({
    ...options,
    // Its own reconnection would keep the password and the TLS files.
    socket: { ...given, reconnectStrategy: false, connectTimeout: PATIENCE },
    disableOfflineQueue: true,
    // With it, a server may move the connection to any other address.
    maintNotifications: 'disabled',
    // `RedisLink` has its own time limits.
    commandOptions: { timeout: 0 },
  })
  client.on('error', fails)
  // The client does not give its socket, which is opened at once.
  const found = (message: unknown) => {
    socket ??= (message as { readonly socket: Socket }).socket
  }
  subscribe('net.client.socket', found)
  const connected = client.connect()
  unsubscribe('net.client.socket', found)
  let complete = 0
  const timer = setInterval(() => {
    if ((socket?.bytesRead ?? 0) - complete > MOST_INCOMPLETE)
      fails(new Error(`Redis sent more than ${MOST_INCOMPLETE} bytes without completing a response`))
  }, CHECK).unref()
  return {
    client,
    connected,
    progress() {
      complete = socket?.bytesRead ?? 0
    },
    end() {
      clearInterval(timer)
      if (client.isOpen) client.destroy()
      socket?.destroy()
    },
  }
}
