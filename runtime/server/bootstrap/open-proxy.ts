import type { Log } from '../../base/log.ts'
import { DEFAULT_MFA, type IdentityConfig, type MfaConfig } from '../../identity/index.ts'
import { OwnRevocations, Revocations } from '../../identity/revocation/index.ts'
import type { StoreStatus } from '../../identity/sessions/index.ts'
import { type Learned, Learner, NOTHING_LEARNED } from '../../proxy/discovery/index.ts'
import {
  CallerChecks,
  Cors,
  defaultLimits,
  type Limits,
  LiveRequests,
  type ProxyContext,
  type ServiceEntry,
  Upstreams,
  type UpstreamsOptions,
} from '../../proxy/index.ts'
import { type DrainTimeouts, drain, type ServingListener } from '../../proxy/listeners/drain.ts'
import { connectionsThatFit, memoryShare, OverloadManager } from '../../proxy/overload/index.ts'
import type { Buckets } from '../../proxy/rate-limits/index.ts'
import type { AuditLog } from '../../telemetry/audit/index.ts'
import type { Metrics } from '../../telemetry/metrics/index.ts'
import type { Config, ServiceConfig } from '../config/index.ts'
import { createServingListener } from '../listeners/serving-listener.ts'
import { openLimits } from './open-limits.ts'
import { revokeBy } from './open-revocations.ts'
import { type PrepareOptions, prepareProxy } from './prepare-proxy.ts'
import { refusalKeys } from './sealing.ts'

export interface OpenOptions extends Omit<PrepareOptions, 'revocations'> {
  readonly clock?: () => number
  /** List of revocations that several processes share. Default: a list of this process, which is lost when the process ends. */
  readonly revocations?: PrepareOptions['revocations']
  readonly limits?: Partial<Limits>
  /** Store of token buckets for rate limits that several processes share. Default: a store of this process. */
  readonly buckets?: Buckets
  readonly upstreams?: Omit<UpstreamsOptions, 'log'>
  /** Number of processes that share the machine's memory. Default: 1. */
  readonly sharers?: number
  /** Called once if this process uses so much memory that another process should replace it. */
  readonly onFull?: () => void
}

/** A proxy that serves connections passed to it, but listens on no socket itself. */
export interface OpenProxy {
  /** In the order of the configuration. */
  readonly listeners: readonly ServingListener[]
  readonly metrics: Metrics
  draining(): boolean
  /** Returns the members that this process adds to the response of `/readyz?verbose`. */
  more(): Readonly<Record<string, unknown>>
  /** Returns the state of the session store; `null` without browser sign-in. */
  sessions(): Promise<StoreStatus | null>
  /** Returns the number of streams that revocations have ended since the previous call. */
  takeEnded(): number
  learned(): Learned
  readonly audit: AuditLog
  /** Lets requests under way complete within the timeouts, and closes the proxy. */
  close(patience: DrainTimeouts): Promise<void>
}

/**
 * Opens a proxy from a configuration.
 *
 * @throws StartupError with all problems found
 */
export async function openProxy(config: Config, options: OpenOptions): Promise<OpenProxy> {
  const { log, slot } = options
  const clock = options.clock ?? Date.now
  const { connections, memory, ...configured } = config.limits
  const limits: Limits = {
    ...defaultLimits,
    ...configured,
    connections:
      connections ??
      connectionsThatFit(
        undefined,
        config.listeners.some(({ check }) => check !== null),
      ),
    memory: memory ?? memoryShare(options.sharers ?? 1),
    ...options.limits,
  }
  const counts = { connections: 0, checkConnections: 0, checkBytes: 0, stalled: 0 }
  const tunnels: ProxyContext['tunnels'] = new Set()
  const live = new LiveRequests()
  const guard = new OverloadManager({ log, lag: limits.lag, memory: limits.memory, onFull: options.onFull ?? (() => {}) })
  const revocations = options.revocations ?? ownRevocations(clock, log)
  const prepared = await prepareProxy(config, { ...options, revocations }, clock, {
    connections: () => counts.connections + counts.checkConnections,
    stalled: () => counts.stalled,
    lag: () => guard.longest(),
    tunnels: () => tunnels.size,
    services: () => upstreams.status(),
  })
  const { signer, pages, audit, metrics, tls, clients, signedIn, exchanges, authenticator } = prepared
  const opened = await openLimits(config, log, options.buckets)
  // After all checks, as it starts health checks at once.
  const upstreams = new Upstreams(config.services, { ...options.upstreams, log, tls: tls.services })
  const services = new Map(
    [...upstreams.services].map(([name, upstream]): [string, ServiceEntry] => {
      const { cors, origins, identityHeaders, hosts } = config.services[name] as ServiceConfig
      const tokenExchange = exchanges?.get(name) ?? null
      return [
        name,
        { upstream, cors: cors && new Cors(cors), origins, identityHeaders: new Set(identityHeaders), hosts, tokenExchange },
      ]
    }),
  )
  const learner = config.learn === null ? null : new Learner()
  const context: ProxyContext = {
    policies: slot,
    candidates: slot.candidates,
    authenticator,
    signer,
    signIn: signedIn.signIn,
    services,
    tunnels,
    live,
    events: prepared.events,
    mfaAcr: (identity) => mfaOf(config.identities[identity]).acr,
    limiting: opened.limiting,
    pages,
    audit,
    metrics,
    learner,
    tracer: prepared.tracer,
    log,
    clock,
    limits,
    overload: guard,
    draining: false,
    counts,
  }
  const callers = new CallerChecks(live, authenticator, limits.streamGrace, log)
  guard.start()
  slot.onSwap = () => live.decideAgain(context)
  slot.candidates.onChange = () => live.decideAgain(context)
  revocations.copy.onChange(() => live.endRevoked(authenticator))
  const keys = refusalKeys(config, options.sessions?.secret)
  const listeners = await Promise.all(
    config.listeners.map((listener, at) => createServingListener(context, listener, tls.listeners[at] ?? null, keys)),
  )
  return {
    listeners,
    metrics,
    draining: () => context.draining,
    sessions: async () => (await signedIn.signIn?.storeStatus()) ?? null,
    takeEnded: () => live.takeEnded(),
    learned: () => learner?.learned() ?? NOTHING_LEARNED,
    more: () => ({ identityProviders: authenticator.status(), services: upstreams.status() }),
    audit,
    async close(patience) {
      context.draining = true
      const drained = listeners.map((listener) => drain(listener, patience))
      await tls.close()
      await Promise.all(drained)
      slot.onSwap = () => {}
      slot.candidates.onChange = () => {}
      callers.close()
      live.close()
      await authenticator.close()
      guard.stop()
      await upstreams.close()
      await signedIn.close()
      await clients.close()
      opened.close()
      revocations.copy.close()
      await audit.close()
      await prepared.tracer?.close()
    },
  }
}

function ownRevocations(clock: () => number, log: Log): NonNullable<OpenOptions['revocations']> {
  const keeper = new OwnRevocations(clock)
  const copy = new Revocations()
  keeper.listen({ changed: (change) => copy.apply(change), hears: () => {} })
  return { copy, revoke: revokeBy(() => keeper, log) }
}

/** Equal for all methods of an identity. */
function mfaOf(identity: IdentityConfig | undefined): MfaConfig {
  return (identity?.jwt ?? identity?.oauth2 ?? identity?.oidc ?? identity?.saml)?.mfa ?? DEFAULT_MFA
}
