import { type ClientHttp2Session, connect } from 'node:http2'
import { type EchoClient, echoClient } from '../grpc/echo-service.ts'
import { RawClient } from '../support/raw-client.ts'
import { type Kind, kinds, type Lane } from './kinds.ts'

/** How often each kind came to what. */
export type Tally = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Clients that ask at once. Some share a connection of HTTP/2, some one of gRPC. */
const LANES = 32
const SHARING = 8
/** Streams of each long kind that are always there. */
const LONG = 4

/**
 * What Node's client of HTTP/2 makes of a request that it has not sent yet when it is told that the connection ends (REFUSED_STREAM, RFC 9113 §8.7), and what
 * `@grpc/grpc-js` makes of that (`UNAVAILABLE`). Were one of them to reach the proxy, there would be more records than requests.
 */
const unsent = /^reset 7$|^14\b/

/** Clients that ask for all kinds in turn, each by its weight; as often as they are told to, or as they can. */
export class Traffic {
  /** Requests a second; null: as many as can be had. */
  rate: number | null = null
  /** How often what had not been sent was asked again. */
  readonly again = new Map<string, number>()
  readonly #tally = new Map<string, Map<string, number>>()
  readonly #lanes: readonly Lane[]
  readonly #close: () => void
  readonly #order = shuffled(kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind)))
  #next = 0
  #asked = 0
  #running: Promise<unknown> | null = null
  #pace: Pace | null = null
  #stopped = false
  /** Of those under way, since when. */
  readonly #underWay = new Map<object, { readonly kind: string; readonly since: number }>()

  constructor(port: number, bearer: string) {
    const { lanes, close } = openLanes(port, bearer)
    this.#lanes = lanes
    this.#close = close
  }

  get tally(): Tally {
    return this.#tally
  }

  get asked(): number {
    return this.#asked
  }

  /** The kinds of what has been under way for longer than that, in milliseconds. */
  hanging(longer: number): readonly string[] {
    const since = performance.now() - longer
    return [...this.#underWay.values()].filter((one) => one.since < since).map(({ kind }) => kind)
  }

  start(): void {
    this.#stopped = false
    const pace = new Pace(() => this.rate)
    this.#pace = pace
    const [own, long] = [this.#lanes.slice(0, LANES), this.#lanes.slice(LANES)]
    const each = own.map(async (lane) => {
      while (!this.#stopped) {
        await pace.turn()
        if (this.#stopped) return
        await this.#ask(this.#order[this.#next++ % this.#order.length] as Kind, lane)
      }
    })
    const always = kinds.filter(({ weight }) => weight === 0).flatMap((kind) => Array<Kind>(LONG).fill(kind))
    const lasting = long.map(async (lane, at) => {
      while (!this.#stopped) await this.#ask(always[at % always.length] as Kind, lane)
    })
    this.#running = Promise.all([...each, ...lasting]).finally(() => pace.close())
  }

  /** Settled when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    // Whoever waits for a turn asks for nothing more.
    this.#pace?.close()
    await this.#running
  }

  close(): void {
    this.#close()
  }

  async #ask(kind: Kind, lane: Lane): Promise<void> {
    this.#asked++
    const one = { kind: kind.name, since: performance.now() }
    this.#underWay.set(one, one)
    const path = `${kind.path}/${this.#asked}`
    const ask = () => kind.ask(lane, path).catch((error: Error) => error.message.slice(0, 100))
    let outcome = await ask()
    for (let tries = 1; unsent.test(outcome) && tries < 3; tries++) {
      this.again.set(kind.name, (this.again.get(kind.name) ?? 0) + 1)
      outcome = await ask()
    }
    this.#underWay.delete(one)
    const outcomes = this.#tally.get(kind.name) ?? new Map<string, number>()
    this.#tally.set(kind.name, outcomes)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
}

function openLanes(port: number, bearer: string): { readonly lanes: readonly Lane[]; close(): void } {
  const opened = new Set<{ close(): void }>()
  const sessions: ClientHttp2Session[] = []
  const clients: EchoClient[] = []
  const session = (at: number) => {
    const there = sessions[at]
    if (there !== undefined && !there.closed && !there.destroyed) return there
    const made = connect(`http://127.0.0.1:${port}`)
    made.on('error', () => {})
    made.setMaxListeners(0)
    sessions[at] = made
    return made
  }
  const lanes = Array.from({ length: LANES + 2 * LONG }, (_, at): Lane => {
    const shared = Math.floor(at / SHARING)
    let client: RawClient | undefined
    return {
      port,
      bearer,
      connection() {
        // What the other side has ended is not `closed` at once.
        if (client?.socket.readyState === 'open') return client
        if (client !== undefined) opened.delete(client)
        client = new RawClient(port)
        opened.add(client)
        return client
      },
      session: () => session(shared),
      calls: () => (clients[shared] ??= echoClient(port)),
    }
  })
  return {
    lanes,
    close() {
      for (const one of [...opened, ...clients]) one?.close()
      for (const one of sessions) one?.destroy()
    },
  }
}

/** Gives turns so often a second. What could not be used is not made up for later. */
class Pace {
  readonly #rate: () => number | null
  readonly #waiting: (() => void)[] = []
  readonly #timer: NodeJS.Timeout
  #turns = 0
  #last = performance.now()

  constructor(rate: () => number | null) {
    this.#rate = rate
    this.#timer = setInterval(() => this.#tick(), 5)
  }

  async turn(): Promise<void> {
    if (this.#rate() === null) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    clearInterval(this.#timer)
    for (const resolve of this.#waiting) resolve()
  }

  #tick(): void {
    const now = performance.now()
    const rate = this.#rate() ?? Number.POSITIVE_INFINITY
    this.#turns = Math.min(this.#turns + (rate * (now - this.#last)) / 1000, LANES)
    this.#last = now
    for (; this.#turns >= 1 && this.#waiting.length > 0; this.#turns--) this.#waiting.shift()?.()
  }
}

/** The same in each run: by a step that is no divisor of their number all come in turn, and those of a kind not in a row. */
function shuffled(all: readonly Kind[]): readonly Kind[] {
  const step = [619, 367, 211].find((prime) => all.length % prime !== 0) ?? 1
  return all.map((_, at) => all[(at * step) % all.length] as Kind)
}
