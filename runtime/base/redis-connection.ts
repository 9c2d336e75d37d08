import { createClient } from '@redis/client'
import { StoreUnavailable } from './errors.ts'
import type { Log } from './log.ts'
import { type RedisEndpoint, redisOptions } from './redis-server.ts'
import { settledWithin } from './waiting.ts'

export type RedisClient = ReturnType<typeof createClient>

/** Milliseconds to wait for a response. */
const PATIENCE = 2000
const LATE = Symbol('late')
const RECONNECT = { first: 50, most: 1000 }

/**
 * A connection to a Redis server. While the server is unavailable, commands fail at once; each outage and recovery is logged
 * once. (`@redis/client` is made by Redis and has no dependencies; `ioredis` gets security fixes only.)
 */
export class RedisConnection {
  readonly client: RedisClient
  readonly #what: string
  readonly #log: Log
  #problem: string | null = null

  /**
   * Creates a connection, which `connect` opens.
   *
   * @param what name of the stored data, for the log
   * @throws the problem as an error if a secret or a file of the endpoint is unavailable
   */
  constructor(endpoint: RedisEndpoint, what: string, log: Log) {
    this.#what = what
    this.#log = log
    const reconnectStrategy = (tries: number) => Math.min(RECONNECT.most, RECONNECT.first * 2 ** Math.min(tries, 10))
    const { socket, ...options } = redisOptions(endpoint)
    const connecting = { ...socket, reconnectStrategy, connectTimeout: PATIENCE }
    this.client = createClient({ ...options, disableOfflineQueue: true, socket: connecting })
  }

  /**
   * Opens a Redis client of this object: `client`, or a further client of the same server, for example for subscriptions.
   * Connection errors are logged.
   */
  connect(client: RedisClient): void {
    client.on('error', (error: Error) => this.fails(error))
    client.connect().catch((error: Error) => this.fails(error))
  }

  /**
   * Sends a command to Redis and returns the response. `question` is the function that sends the command by the client it
   * receives.
   *
   * @throws StoreUnavailable if Redis is unavailable or does not respond in time
   */
  async ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      const answer = await settledWithin(question(this.client), PATIENCE, LATE)
      if (answer === LATE) throw new Error(`Redis did not respond within ${PATIENCE} ms`)
      return answer
    } catch (error) {
      this.fails(error as Error)
      throw new StoreUnavailable(this.withoutPassword((error as Error).message))
    }
  }

  /**
   * Runs a Lua script in Redis, which executes it atomically, and returns its result.
   *
   * @throws StoreUnavailable if Redis is unavailable or does not respond in time
   */
  async run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return await this.ask((client) => client.eval(script, { keys: [...keys], arguments: [...args] }))
  }

  /** Removes the password from a message: a server that does not know the command `AUTH` quotes its arguments. */
  withoutPassword(message: string): string {
    const password = this.client.options.password ?? ''
    return password === '' ? message : message.replaceAll(password, '***')
  }

  fails({ message, ...more }: Error & { code?: unknown }): void {
    const problem = this.withoutPassword(message || String(more.code ?? 'unknown'))
    if (this.#problem === problem) return
    this.#problem = problem
    this.#log.error(`the Redis of ${this.#what} is unavailable: ${problem}`)
  }

  works(): void {
    if (this.#problem !== null) this.#log.info(`the Redis of ${this.#what} is available again`)
    this.#problem = null
  }
}
