import { PATIENCE, type RedisClient, RedisLink } from './redis-link.ts'
import { hostOf, type RedisSentinel } from './redis-server.ts'
import { isServerAddress, type Topology, type TopologyEvents, urlOf } from './topology.ts'

/** Milliseconds: between two polls of a sentinel, and after its last answer until the answer no longer counts. */
const POLL = { every: 500, most: 2500 }

/**
 * The primary that a majority of the configured sentinels names. A failover needs a majority, too. So a proxy that only reaches
 * the smaller part of a divided network uses no primary, instead of one that has been replaced.
 */
class PrimaryWatch {
  readonly #sentinel: RedisSentinel
  readonly #isTls: boolean
  readonly #listeners = new Set<TopologyEvents>()
  readonly #polled: readonly Polled[]
  readonly #timer: NodeJS.Timeout
  #primary: string | null = null
  #problem = 'the sentinels have not answered yet'

  constructor(sentinel: RedisSentinel, isTls: boolean, secret: (password: string) => void) {
    this.#sentinel = sentinel
    this.#isTls = isTls
    this.#polled = sentinel.nodes.map((url) => {
      const polled: Polled = {
        link: new RedisLink({
          url,
          access: sentinel,
          secret,
          up: () => void this.#poll(polled),
          down: (error) => {
            polled.problem = error.message || String((error as NodeJS.ErrnoException).code)
            this.#decide()
          },
        }),
        problem: null,
        named: null,
        at: Number.NEGATIVE_INFINITY,
        isAsking: false,
      }
      return polled
    })
    this.#timer = setInterval(() => {
      for (const polled of this.#polled) void this.#poll(polled)
      this.#decide()
    }, POLL.every).unref()
  }

  get primary(): string {
    if (this.#primary === null) throw new Error(this.#problem)
    return this.#primary
  }

  listen(listener: TopologyEvents): void {
    this.#listeners.add(listener)
    if (this.#primary !== null) listener.changed()
  }

  /** Returns whether there is another listener. */
  forget(listener: TopologyEvents): boolean {
    this.#listeners.delete(listener)
    return this.#listeners.size > 0
  }

  close(): void {
    clearInterval(this.#timer)
    for (const { link } of this.#polled) link.close()
  }

  async #poll(polled: Polled): Promise<void> {
    const { link } = polled
    if (link.client === null || polled.isAsking) return
    polled.isAsking = true
    try {
      polled.named = await link.send((client) => askPrimary(client, this.#sentinel.primary, this.#isTls), PATIENCE / 2)
      polled.problem = polled.named === null ? 'does not know the name' : null
      polled.at = performance.now()
    } catch (error) {
      polled.problem = (error as Error).message
    } finally {
      polled.isAsking = false
    }
    this.#decide()
  }

  #decide(): void {
    const { nodes, primary } = this.#sentinel
    const votes = new Map<string, number>()
    for (const { named, at } of this.#polled)
      if (named !== null && performance.now() - at < POLL.most) votes.set(named, (votes.get(named) ?? 0) + 1)
    const least = Math.floor(nodes.length / 2) + 1
    const [found = null] = [...votes].find(([, count]) => count >= least) ?? []
    if (found === null) {
      const each = this.#polled.map(
        ({ link, named, problem }) => `${hostOf(link.url)}: ${problem ?? `names ${named === null ? 'none yet' : hostOf(named)}`}`,
      )
      const problem = `fewer than ${least} of ${nodes.length} sentinels name the primary \`${primary}\` (${each.join('; ')})`
      const isPending = this.#polled.some((one) => one.problem === null && one.named === null)
      if (problem !== this.#problem && !isPending) {
        this.#problem = problem
        for (const listener of this.#listeners) listener.failed(new Error(problem))
      }
    }
    if (found === this.#primary) return
    this.#primary = found
    for (const listener of this.#listeners) listener.changed()
  }
}

interface Polled {
  readonly link: RedisLink
  problem: string | null
  /** URL of the primary that the sentinel names. */
  named: string | null
  /** When it last answered, as `performance.now()`. */
  at: number
  isAsking: boolean
}

/**
 * Returns the URL of the primary that a sentinel names, or `null` if the sentinel does not know the name.
 *
 * @throws Error if the answer is not an address
 */
export async function askPrimary(client: RedisClient, primary: string, isTls: boolean): Promise<string | null> {
  const answer: unknown = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primary])
  if (answer === null) return null
  const [host, port] = Array.isArray(answer) ? answer : []
  if (!isServerAddress(host, Number(port))) throw new Error('the answer is not an address')
  return urlOf(host, Number(port), isTls)
}

/** Watches of this process, which all its connections share. */
const watches = new Map<string, PrimaryWatch>()

/** Returns the topology of a Redis whose primary sentinels name. */
export function watchPrimary(
  sentinel: RedisSentinel,
  isTls: boolean,
  secret: (password: string) => void,
  events: TopologyEvents,
): Topology {
  const key = JSON.stringify([sentinel, isTls])
  const watch = watches.get(key) ?? new PrimaryWatch(sentinel, isTls, secret)
  watches.set(key, watch)
  watch.listen(events)
  return {
    urls() {
      try {
        return [watch.primary]
      } catch {
        return []
      }
    },
    urlFor: () => watch.primary,
    close() {
      if (watch.forget(events)) return
      watches.delete(key)
      watch.close()
    },
  }
}
