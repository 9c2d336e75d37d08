import { Agent, request } from 'node:http'
import { eventually } from '../support/until.ts'

/** What clients saw: how often each status, or each error. */
export interface Seen {
  readonly ok: number
  readonly failed: number
  readonly byOutcome: Readonly<Record<string, number>>
}

export interface Load {
  readonly seen: Seen
  /** Settled when so many more have been answered well. */
  more(count: number): Promise<void>
  /** Lets those that are under way end. */
  stop(): Promise<Seen>
}

export interface LoadOptions {
  /** The port of the next request. */
  readonly port: () => number
  /** Clients that keep their connections, and use them again as soon as they can. */
  readonly keepers?: number
  /** Clients that open a connection for each request. */
  readonly openers?: number
  readonly path?: string
}

/**
 * How long a client waits before it asks again, in milliseconds: clients that ask without a pause take the processor from the processes that they wait for.
 * In the full size they ask as often as leaves those room.
 */
const PAUSE = process.env.IAP_FULL === '1' ? 4 : 80

/** Clients that ask one request after the other. They never retry: a failed request is counted. */
export function startLoad({ port, keepers = 8, openers = 2, path = '/open/x' }: LoadOptions): Load {
  const byOutcome: Record<string, number> = {}
  let ok = 0
  let failed = 0
  let stopped = false
  const count = (outcome: string) => {
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1
    if (outcome === '200') ok++
    else failed++
  }
  const client = async (agent: Agent | false) => {
    while (!stopped) {
      count(await ask(port(), path, agent))
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
    if (agent) agent.destroy()
  }
  const clients = [
    ...Array.from({ length: keepers }, () => client(new Agent({ keepAlive: true, maxSockets: 1 }))),
    ...Array.from({ length: openers }, () => client(false)),
  ]
  const seen = (): Seen => ({ ok, failed, byOutcome: { ...byOutcome } })
  return {
    get seen() {
      return seen()
    },
    async more(wanted) {
      const goal = ok + wanted
      await eventually(
        () => ok >= goal || undefined,
        () => `too few answers: ${JSON.stringify(seen())}`,
      )
    },
    async stop() {
      stopped = true
      await Promise.all(clients)
      return seen()
    },
  }
}

function ask(port: number, path: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, path, agent, headers: { host: 'app.test' } }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.complete ? String(response.statusCode) : 'cut off'))
      response.on('error', () => resolve('cut off'))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    outgoing.end()
  })
}
