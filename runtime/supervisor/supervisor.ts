import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { announce } from '../announce.ts'
import { type Config, type ListenerConfig, renderAddress } from '../config/index.ts'
import { closeServer } from '../drain.ts'
import type { SigningKeys } from '../identity/index.ts'
import { listen } from '../listen.ts'
import type { Log } from '../log.ts'
import { createAdminServer, type Readiness } from '../observe/index.ts'
import type { Enforced } from '../open-proxy.ts'
import { type Problem, StartupError } from '../startup-error.ts'
import { FleetMetrics } from './fleet-metrics.ts'
import { fleetStatus } from './fleet-status.ts'
import { Generation } from './generation.ts'
import type { Inherited } from './inherited-sockets.ts'
import { adopt, keyOf, Listening, matchListeners, unused } from './listening.ts'
import { SharedKeys } from './shared-keys.ts'
import { SharedSessions } from './shared-sessions.ts'
import type { WorkerProcess } from './worker-process.ts'

/** A configuration as it was read: workers read it again by themselves. */
export interface Source {
  readonly text: string
  readonly config: Config
}

export interface SupervisorOptions {
  readonly log: Log
  /** As messages name it. */
  readonly file: string
  readonly insecureHttpIssuer: boolean
  readonly unsignedBundle: boolean
  readonly inherited: readonly Inherited[]
}

interface Admin {
  readonly server: Server
  /** Of the configuration. */
  readonly key: string
  readonly origin: string
}

/** Milliseconds for which requests may go on when the proxy ends. */
const DRAIN = 10_000
/** The same where another configuration has taken over: nobody waits for the old workers. */
const DRAIN_OLD = 600_000
/** For which a configuration that takes over waits for the last of its workers: one that does not come up is told in the log. */
const FILL = 30_000
/** Old configurations whose requests may go on; the oldest is cut where there are more. */
const MOST_OLD = 4

/** Owns the sockets that listen, and hands what comes in to the workers of the configuration that counts. Serves health and metrics for all. */
export class Supervisor {
  readonly metrics = new FleetMetrics(() => this.#workers.filter(({ state }) => state === 'ready').length)
  readonly #options: SupervisorOptions
  readonly #keys: SharedKeys
  readonly #sessions = new SharedSessions((keys) => {
    this.#candidate?.tell({ kind: 'ended', keys })
    for (const generation of this.#generations) generation.tell({ kind: 'ended', keys })
  })
  #current: Generation | null = null
  /** That is tried. */
  #candidate: Generation | null = null
  /** Oldest first. */
  readonly #old: Generation[] = []
  /** In the order of the configuration. */
  #listening: readonly Listening[] = []
  #admin: Admin | null = null
  #lastWorker = 0
  #isDraining = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#keys = new SharedKeys(options.log, (keys) => {
      for (const generation of this.#generations) generation.tell({ kind: 'keys', keys })
    })
  }

  /** Everything is checked before the first socket is opened. Rejects with `StartupError`. */
  async start(source: Source): Promise<void> {
    const { inherited } = this.#options
    try {
      await this.#take(source, adoptAll(inherited))
    } catch (error) {
      this.#keys.close()
      throw error
    }
  }

  /** Another configuration takes over, or rejects with `StartupError` and changes nothing. */
  async reload(source: Source): Promise<void> {
    await this.#take(source, this.#listening)
  }

  /** Audit files were moved. */
  reopenAudit(): void {
    for (const generation of this.#generations) generation.tell({ kind: 'reopen' })
  }

  /** Lets what is under way end. */
  async close(): Promise<void> {
    this.#isDraining = true
    this.#candidate?.kill()
    for (const listening of this.#listening) listening.close()
    await Promise.all(this.#generations.map((generation) => generation.drain(DRAIN)))
    this.#keys.close()
    this.#sessions.close()
    if (this.#admin !== null) await closeServer(this.#admin.server)
  }

  /** All at once, with whatever they are at. */
  kill(): void {
    this.#isDraining = true
    for (const generation of this.#generations) generation.kill()
    this.#candidate?.kill()
  }

  get #generations(): readonly Generation[] {
    return this.#current === null ? this.#old : [...this.#old, this.#current]
  }

  get #workers(): readonly WorkerProcess[] {
    return this.#generations.flatMap(({ workers }) => workers)
  }

  async #take({ text, config }: Source, there: readonly Listening[]): Promise<void> {
    const { log } = this.#options
    const { taken, left, problems } = matchListeners(config.listeners, there)
    // Those that a later configuration does not name any more are closed.
    const all = this.#current === null ? [...problems, ...unused(left)] : problems
    if (all.length > 0) throw new StartupError(all)
    const keys = this.#keys.open(config.assertion)
    const generation = this.#generationOf(text, config, keys)
    const listening = taken.map((one, at) => one ?? listeningOf(config.listeners[at] as ListenerConfig))
    const opened: Listening[] = []
    let admin: Admin | null = null
    let enforced: Enforced
    this.#candidate = generation
    try {
      enforced = await generation.begin()
      // They could not be had, and a worker has found nothing wrong: it has others than the next one would have.
      if (keys === null) throw new Error('the signing keys of assertions cannot be shared')
      // With one worker of the new ones there would be fewer than of the old ones.
      if (this.#current !== null) await atMost(FILL, generation.fill())
      for (const one of listening) {
        if (one.isOpen) continue
        // Workers are there for what comes in at once.
        one.onConnection = (socket) => generation.give({ socket, listener: listening.indexOf(one) })
        await one.open()
        opened.push(one)
      }
      admin = await this.#openAdmin(config)
      if (this.#isDraining) throw new Error('it is told to end')
    } catch (error) {
      generation.kill()
      for (const one of opened) one.close()
      if (admin !== null && admin !== this.#admin) void closeServer(admin.server)
      throw error
    } finally {
      this.#candidate = null
    }
    this.#keys.use(keys)
    if (this.#current === null) void generation.fill()
    this.#switch(generation, listening, left, admin)
    announce(log, enforced, this.#origins(), this.#admin?.origin ?? null, { workers: workersOf(config) })
  }

  #generationOf(text: string, config: Config, keys: SigningKeys | null): Generation {
    const { log, file, insecureHttpIssuer, unsignedBundle } = this.#options
    return new Generation({
      log,
      config,
      start: { text, file, insecureHttpIssuer, unsignedBundle, sessionSecret: this.#sessions.secret },
      sessions: this.#sessions,
      workers: workersOf(config),
      keys: () => keys?.stored(Date.now()) ?? null,
      next: () => ++this.#lastWorker,
      onRestart: () => this.metrics.restarted(),
      onGone: (metrics) => this.metrics.forget(metrics),
    })
  }

  #switch(generation: Generation, listening: readonly Listening[], left: readonly Listening[], admin: Admin | null): void {
    const before = this.#current
    const adminBefore = this.#admin
    this.#current = generation
    this.#listening = listening
    this.#admin = admin
    for (const [listener, one] of listening.entries())
      one.onConnection = (socket: Socket) => generation.give({ socket, listener })
    for (const one of left) one.close()
    if (adminBefore !== null && adminBefore.server !== admin?.server) void closeServer(adminBefore.server)
    if (before !== null) this.#retire(before)
  }

  #retire(generation: Generation): void {
    this.#old.push(generation)
    void generation.drain(DRAIN_OLD).then(() => {
      this.#old.splice(this.#old.indexOf(generation), 1)
    })
    if (this.#old.length > MOST_OLD) void this.#old[0]?.drain(0)
  }

  /** The one that is there, where its address is the same. */
  async #openAdmin({ admin }: Config): Promise<Admin | null> {
    if (admin === null) return null
    const key = renderAddress(admin.address)
    if (this.#admin?.key === key) return this.#admin
    const server = createAdminServer(
      {
        contentType: this.metrics.contentType,
        metrics: () => this.metrics.text(this.#workers),
        readiness: () => this.#readiness(),
        verbose: async () => ({ ...this.#readiness(), ...(await fleetStatus(this.#workers)) }),
      },
      admin.address.host,
    )
    return { server, key, origin: await listen(server, admin.address) }
  }

  #readiness(): Readiness {
    const reasons: string[] = []
    if (this.#isDraining) reasons.push('it is shutting down')
    else if (!this.#current?.isReady) reasons.push('workers are not ready')
    return { ready: reasons.length === 0, reasons }
  }

  #origins(): readonly string[] {
    const { listeners } = (this.#current as Generation).config
    return this.#listening.map(
      ({ address }, at) => `${listeners[at]?.tls == null ? 'http' : 'https'}://${renderAddress(address)}`,
    )
  }
}

function workersOf({ workers }: Config): number {
  return workers ?? availableParallelism()
}

async function atMost(ms: number, settled: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([settled, new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}

function listeningOf(listener: ListenerConfig): Listening {
  return new Listening(keyOf(listener), listener.address)
}

/** All of them, or a `StartupError` with what is wrong with each. */
function adoptAll(inherited: readonly Inherited[]): readonly Listening[] {
  const problems: Problem[] = []
  const adopted = inherited.flatMap((one) => {
    try {
      return [adopt(one)]
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  if (problems.length > 0) throw new StartupError(problems)
  return adopted
}
