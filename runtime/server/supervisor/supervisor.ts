import type { Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import { settledWithin } from '../../base/waiting.ts'
import type { SigningKeys } from '../../identity/index.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import { MemoryBuckets } from '../../proxy/rate-limits/index.ts'
import type { AuditLog } from '../../telemetry/audit/index.ts'
import type { AdminSources } from '../admin/admin-server.ts'
import { type OpenedAdmin, openAdmin } from '../admin/index.ts'
import { type Readiness, verboseReadiness } from '../admin/readiness.ts'
import { announce, originOf } from '../announce.ts'
import type { Enforced } from '../bootstrap/enforced.ts'
import { redisSecretProblems } from '../bootstrap/source-secret.ts'
import type { AdminConfig, Config, ListenerConfig } from '../config/index.ts'
import { AdminAddress } from './admin-address.ts'
import { endedIn, readinessOf, recentIn, routesIn, sessionsIn } from './ask-workers.ts'
import { CodeCheck } from './code-check/code-check.ts'
import { FleetMetrics } from './fleet-metrics.ts'
import { fleetStatus } from './fleet-status.ts'
import { Generation } from './generation.ts'
import type { Inherited } from './inherited-sockets.ts'
import { adoptAll, type Listening, listeningOf, matchListeners, otherPermissions, unused } from './listening.ts'
import { type HandOver, OperatorActions } from './shared/operator-actions.ts'
import { SharedAudit } from './shared/shared-audit.ts'
import { memberState, SharedFleet } from './shared/shared-fleet.ts'
import { SharedKeys } from './shared/shared-keys.ts'
import { SharedLearning } from './shared/shared-learning.ts'
import { SharedProbes } from './shared/shared-probes.ts'
import { SharedRevocations } from './shared/shared-revocations.ts'
import { SharedSessions } from './shared/shared-sessions.ts'
import type { Accepted, WorkerProcess } from './worker-process.ts'

/** A parsed configuration with its text, which is sent to workers and parsed by them again. */
export interface ConfigSnapshot {
  readonly text: string
  readonly config: Config
}

export interface SupervisorOptions {
  readonly log: Log
  readonly file: string
  readonly insecureHttpIssuer: boolean
  /** File for learned routes that replaces the configured one; `null` to use the configuration. */
  readonly learn: string | null
  readonly unsignedBundle: boolean
  readonly inherited: readonly Inherited[]
}

/** Milliseconds for requests to complete when the proxy ends and has no configuration yet. */
const DRAIN = 10_000
/** Milliseconds for requests of the workers of a replaced configuration, for which nobody waits. */
const DRAIN_OLD = 600_000
/** Milliseconds to wait for all workers of a new configuration; late ones are logged. */
const FILL = 30_000
/** Maximum old configurations with requests; then the oldest is cut off. */
const MOST_OLD = 4

/** Owns the listening sockets, passes connections to the workers of the current configuration, and serves health and metrics. */
export class Supervisor {
  readonly metrics = new FleetMetrics({
    ready: () => this.#workers.filter(({ state }) => state === 'ready').length,
    audit: () => this.#audit.figures,
    readiness: () => this.#readiness(),
    policyExpires: () => this.#current?.policy?.expires ?? null,
    fleet: () => this.#sharedFleet.overview(),
  })
  readonly #candidateEnd = this.metrics.ofRollouts(() => this.#current?.candidate ?? null)
  readonly #options: SupervisorOptions
  readonly #keys: SharedKeys
  readonly #sessions = new SharedSessions((keys) => {
    this.#candidate?.notify({ kind: 'ended', keys })
    for (const generation of this.#generations) generation.notify({ kind: 'ended', keys })
  })
  /** Shared by all configurations. */
  readonly #buckets = new MemoryBuckets()
  readonly #revocations: SharedRevocations
  readonly #check = new CodeCheck()
  readonly #audit: SharedAudit
  readonly #actions: OperatorActions
  readonly #learning: SharedLearning
  readonly #sharedFleet: SharedFleet
  readonly #probes: SharedProbes
  #current: Generation | null = null
  #candidate: Generation | null = null
  readonly #old: Generation[] = []
  #listening: readonly Listening[] = []
  #admin: AdminAddress | null = null
  #lastWorker = 0
  #isDraining = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#audit = new SharedAudit(options.log)
    this.#actions = new OperatorActions(options.log)
    this.#probes = new SharedProbes(options.log, () => this.#readiness())
    this.#learning = new SharedLearning(options.log, () =>
      this.#generations.flatMap(({ config: { learn }, workers }) => (learn === null ? [] : [{ file: learn, workers }])),
    )
    this.#sharedFleet = new SharedFleet(options.log, async () => {
      if (this.#current === null) throw new Error('no configuration is active yet')
      return memberState(this.#current, await this.#readiness())
    })
    this.metrics.loads.follow(() => this.#current?.deciding ?? null)
    this.#revocations = new SharedRevocations(options.log, (news, of) => {
      const all = this.#candidate === null ? this.#generations : [...this.#generations, this.#candidate]
      for (const generation of all) if (generation.revocations === of) generation.notify(news)
    })
    this.#keys = new SharedKeys(options.log, (keys) => {
      for (const generation of this.#generations) generation.notify({ kind: 'keys', keys })
    })
  }

  /**
   * Starts workers and opens the sockets. Checks everything else before it opens a socket.
   *
   * @throws StartupError with all problems found
   */
  async start(source: ConfigSnapshot): Promise<void> {
    const { inherited } = this.#options
    try {
      await this.#take(source, adoptAll(inherited))
    } catch (error) {
      this.#keys.close()
      this.#check.close()
      throw error
    }
  }

  /**
   * Replaces the configuration.
   *
   * @throws StartupError with all problems found; the previous configuration then stays in use
   */
  async reload(source: ConfigSnapshot): Promise<void> {
    await this.#take(source, this.#listening)
  }

  reopenAudit(): void {
    this.#audit.reopen()
    for (const generation of this.#generations) generation.notify({ kind: 'reopen' })
  }

  /**
   * Shuts the proxy down, and lets requests under way complete.
   *
   * @param delayed whether to accept connections for `drain.delay` milliseconds before, while the readiness check fails
   */
  async close(delayed: boolean): Promise<void> {
    this.#isDraining = true
    this.#candidate?.kill()
    const { delay, timeout } = this.#current?.config.drain ?? { delay: 0, timeout: DRAIN }
    if (delayed) await sleep(delay)
    for (const listening of this.#listening) listening.close()
    await Promise.all(this.#generations.map((generation) => generation.drain(timeout)))
    this.#keys.close()
    this.#sessions.close()
    this.#check.close()
    await Promise.all([this.#admin?.close(), this.#probes.close(), this.#sharedFleet.close()])
    this.#learning.close()
    await this.#audit.close()
    this.#revocations.close()
  }

  kill(): void {
    this.#isDraining = true
    this.#check.close()
    for (const generation of this.#generations) generation.kill()
    this.#candidate?.kill()
  }

  get #generations(): readonly Generation[] {
    return this.#current === null ? this.#old : [...this.#old, this.#current]
  }

  get #workers(): readonly WorkerProcess[] {
    return this.#generations.flatMap(({ workers }) => workers)
  }

  async #take({ text, config }: ConfigSnapshot, there: readonly Listening[]): Promise<void> {
    const { log } = this.#options
    const { taken, left, problems } = matchListeners(config.listeners, there)
    // Inherited sockets that a reload drops are closed.
    const unread = redisSecretProblems(config)
    const all = [...problems, ...unread, ...(this.#current === null ? unused(left) : otherPermissions(config.listeners, taken))]
    if (all.length > 0) throw new StartupError(all)
    this.#learning.open(config.learn)
    const opened = config.admin && (await openAdmin(config.admin, config, log))
    if (opened !== null && opened.problems.length > 0) {
      await opened.close()
      throw new StartupError(opened.problems)
    }
    const keys = this.#keys.open(config.assertion)
    const fleet = await this.#sharedFleet.prepare(config).catch(async (error: Error) => {
      await opened?.close()
      throw error
    })
    const revocations = await this.#revocations.open(config).catch(async (error: Error) => {
      await opened?.close()
      throw error
    })
    const generation = this.#generationOf(text, config, keys, revocations.keeper)
    const listening = taken.map((one, at) => one ?? listeningOf(config.listeners[at] as ListenerConfig))
    const begun: Listening[] = []
    const early: Accepted[] = []
    let give = (accepted: Accepted): void => void early.push(accepted)
    let admin: AdminAddress | null = null
    let probes: Awaited<ReturnType<SharedProbes['open']>> = null
    let audit: AuditLog | null = null
    let enforced: Enforced
    let handOver: HandOver | null = null
    this.#candidate = generation
    this.#check.prepare()
    try {
      enforced = await generation.begin(this.#current === null)
      // The keys were unavailable, yet a worker could open them: workers would sign with different keys.
      if (keys === null)
        throw new Error('the workers cannot share the signing keys of assertions, which the supervisor could not read: try again')
      // One new worker would be fewer than the old ones.
      if (this.#current !== null) await settledWithin(generation.fill(), FILL, undefined)
      for (const one of listening) {
        if (one.isOpen) continue
        // Connections during the switch wait until the policy is saved.
        one.onConnection = (socket) => give({ socket, listener: listening.indexOf(one) })
        await one.open()
        begun.push(one)
      }
      audit = await this.#audit.open(config.audit)
      admin = await this.#openAdmin(config.admin, opened)
      probes = await this.#probes.open(config)
      await this.#revocations.takeOver(revocations)
      if (this.#isDraining) throw new Error('the configuration was not applied, because the process is ending')
      await generation.catchUpData()
      // A configuration that is refused before leaves no trace.
      await generation.keep().catch((error: Error) => {
        throw new StartupError([environment(error.message)])
      })
      generation.recordIn(audit)
      give = (accepted) => generation.give(accepted)
      for (const accepted of early.splice(0)) give(accepted)
      handOver = this.#actions.handOver()
      await generation.catchUp().then(() => this.#revocations.catchUp())
      if (this.#isDraining) throw new Error('the configuration was not applied, because the process is ending')
    } catch (error) {
      handOver?.cancel()
      generation.kill()
      for (const one of begun) one.close()
      for (const { socket } of early) socket.destroy()
      await Promise.all([this.#audit.discard(audit), this.#probes.discard(probes)])
      if (admin !== null && admin !== this.#admin) await admin.close()
      else await opened?.close()
      this.#revocations.discard(revocations)
      throw error
    } finally {
      this.#candidate = null
    }
    this.#keys.use(keys)
    this.#audit.use(audit, config.audit)
    this.#probes.use(probes)
    if (this.#current === null) void generation.fill()
    this.#revocations.use(revocations)
    if (admin !== null && admin === this.#admin && config.admin !== null && opened !== null) {
      admin.take(config.admin, opened)
      void opened.close()
    }
    const before = this.#current
    this.#switch(generation, listening, left, admin)
    this.#sharedFleet.use(fleet)
    // Changes under way before the switch are made in the old configuration.
    void handOver.complete(async () => {
      if (before === null) return
      await before.settled()
      await generation.catchUp()
    })
    announce(log, enforced, this.#origins(), this.#admin?.origin ?? null, { workers: workersOf(config) })
  }

  #generationOf(text: string, config: Config, keys: SigningKeys | null, revocations: RevocationKeeper): Generation {
    const { log, file, insecureHttpIssuer, learn, unsignedBundle } = this.#options
    return new Generation({
      log,
      config,
      start: { text, file, insecureHttpIssuer, learn, sessionSecret: this.#sessions.secret },
      unsignedBundle,
      check: this.#check,
      sessions: this.#sessions,
      buckets: this.#buckets,
      revocations,
      workers: workersOf(config),
      keys: () => keys?.stored(Date.now()) ?? null,
      next: () => ++this.#lastWorker,
      onRestart: () => this.metrics.restarted(),
      onHang: () => this.metrics.hung(),
      loads: this.metrics.loads,
      onCandidateEnd: (outcome) => {
        this.#candidateEnd(outcome)
        // Requests in old configurations continue without the candidate too.
        if (outcome !== 'promoted') for (const old of this.#old) void old.candidates.end()
      },
      onHead: (worker, head, file) => this.#audit.heard(worker, head, file),
      onGone: ({ number, metrics, learned }) => {
        this.metrics.forget(metrics)
        this.#audit.gone(number)
        this.#learning.forget(config.learn, learned)
      },
    })
  }

  #switch(generation: Generation, listening: readonly Listening[], left: readonly Listening[], admin: AdminAddress | null): void {
    const before = this.#current
    const adminBefore = this.#admin
    this.#current = generation
    this.#listening = listening
    this.#admin = admin
    for (const [listener, one] of listening.entries())
      one.onConnection = (socket: Socket) => generation.give({ socket, listener })
    for (const one of left) one.close()
    if (adminBefore !== null && adminBefore !== admin) void adminBefore.close()
    this.#showRevocations(generation.revocations)
    if (before !== null) this.#retire(before)
  }

  /** Also to workers of old configurations, whose list may have been another. */
  #showRevocations(keeper: RevocationKeeper): void {
    for (const generation of this.#old.concat(this.#current ?? [])) {
      if (generation.revocations === keeper) continue
      generation.revocations = keeper
      generation.notify({ kind: 'all-revocations', ...keeper.standing() })
    }
  }

  #retire(generation: Generation): void {
    this.#old.push(generation)
    void generation.drain(DRAIN_OLD).then(() => {
      this.#old.splice(this.#old.indexOf(generation), 1)
    })
    if (this.#old.length > MOST_OLD) void this.#old[0]?.drain(0)
  }

  async #openAdmin(admin: AdminConfig | null, opened: OpenedAdmin | null): Promise<AdminAddress | null> {
    if (admin === null || opened === null) return null
    if (this.#admin?.isAt(admin)) return this.#admin
    const sources: AdminSources = {
      contentType: this.metrics.contentType,
      metrics: () => this.metrics.text(this.#workers),
      readiness: () => this.#readiness(),
      verbose: async () => ({
        ...verboseReadiness(await this.#readiness(), this.#current?.policy ?? null),
        ...(await fleetStatus(this.#workers)),
      }),
    }
    return await AdminAddress.open(admin, opened, sources, {
      clock: Date.now,
      log: this.#options.log,
      keeper: () => this.#revocations.keeper,
      identities: () => Object.keys(this.#current?.config.identities ?? {}),
      ended: () => endedIn(this.#workers),
      deciding: () => this.#current?.deciding ?? null,
      recent: (after, filter) => recentIn(this.#workers, after, filter),
      sessions: () => sessionsIn(this.#current?.ready ?? []),
      routes: () => routesIn(this.#current?.ready ?? []),
      tallies: () => this.metrics.tallies(this.#workers),
      openAudit: () => this.#audit.forAction(),
      perform: (action) => this.#actions.perform(action),
      fleet: () => this.#sharedFleet.overview(),
    })
  }

  async #readiness(): Promise<Readiness> {
    return this.#isDraining ? { ready: false, reasons: ['it is shutting down'] } : await readinessOf(this.#current)
  }

  #origins(): readonly string[] {
    const { listeners } = (this.#current as Generation).config
    return this.#listening.map(({ address }, at) => originOf({ ...(listeners[at] as ListenerConfig), address }))
  }
}

function workersOf({ workers }: Config): number {
  return workers ?? availableParallelism()
}
