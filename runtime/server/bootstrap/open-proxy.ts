import type { Log } from '../../base/log.ts'
import { environment, type Problem, StartupError } from '../../base/startup-error.ts'
import {
  type AssertionSigner,
  AssertionStateError,
  type Authenticator,
  createAssertionSigner,
  createAuthenticator,
  createNonces,
  DEFAULT_MFA,
  type IdentityConfig,
  type MfaConfig,
  type SigningKeys,
  sharedDpopReplayCache,
} from '../../identity/index.ts'
import { OwnRevocations, Revocations, type Revoke } from '../../identity/revocation/index.ts'
import type { SessionStore } from '../../identity/sessions/index.ts'
import type { PolicySlot } from '../../policy/index.ts'
import { type Learned, Learner, NOTHING_LEARNED } from '../../proxy/discovery/index.ts'
import {
  CallerChecks,
  Cors,
  createHttpServer,
  defaultLimits,
  type EventSources,
  type HttpServer,
  type Limits,
  LiveRequests,
  type Pages,
  type ProxyContext,
  type ServiceEntry,
  Upstreams,
  type UpstreamsOptions,
} from '../../proxy/index.ts'
import { type DrainTimeouts, drain } from '../../proxy/listeners/drain.ts'
import { connectionsThatFit, memoryShare, OverloadManager } from '../../proxy/overload/index.ts'
import { openPages } from '../../proxy/pages/open-pages.ts'
import type { Buckets } from '../../proxy/rate-limits/index.ts'
import { type AuditLog, type AuditOptions, mismatchForLog, openAuditLog } from '../../telemetry/audit/index.ts'
import { createMetrics, type MetricSources, type Metrics } from '../../telemetry/metrics/index.ts'
import type { Tracer } from '../../telemetry/traces/index.ts'
import type { Config, ServiceConfig } from '../config/index.ts'
import { identityProblems } from '../identity-problems.ts'
import { type Clients, openClients } from './open-clients.ts'
import { openEvents } from './open-events.ts'
import { type Exchanges, openExchanges } from './open-exchanges.ts'
import { openLimits } from './open-limits.ts'
import { revokeBy } from './open-revocations.ts'
import { type OpenedSignIn, openSignIn } from './open-sign-in.ts'
import { openTls, type Tls } from './open-tls.ts'
import { openTracer } from './open-tracer.ts'

export interface OpenOptions {
  readonly log: Log
  /** The active policy; while it is empty, requests are refused. */
  readonly slot: PolicySlot
  /** Milliseconds between two checks of a watched file. */
  readonly watchInterval?: number
  readonly clock?: () => number
  /** Shared by several processes, instead of the configured folder. */
  readonly signingKeys?: SigningKeys
  /** Shared by several processes, instead of a store of its own. */
  readonly sessions?: { readonly store: SessionStore; readonly secret: string }
  /** Shared by several processes, instead of a list that ends with the process. */
  readonly revocations?: { readonly copy: Revocations; readonly revoke: Revoke }
  readonly limits?: Partial<Limits>
  /** Shared by several processes. */
  readonly buckets?: Buckets
  readonly audit?: AuditOptions
  readonly upstreams?: Omit<UpstreamsOptions, 'log'>
  /** Processes that share the machine. Default: 1. */
  readonly sharers?: number
  /** Called once when another process should take over for lack of memory. */
  readonly onFull?: () => void
}

/** A proxy that accepts connections but does not listen itself. */
export interface OpenProxy {
  readonly fronts: readonly HttpServer[]
  readonly metrics: Metrics
  draining(): boolean
  /** Returns further data for `/readyz?verbose`. */
  more(): Readonly<Record<string, unknown>>
  /** Returns how many streams ended by revocation since the last call. */
  takeEnded(): number
  learned(): Learned
  readonly audit: AuditLog
  /** Lets requests under way complete, then closes everything. */
  close(patience: DrainTimeouts): Promise<void>
}

/** Opens a proxy from a configuration. Rejects with `StartupError` and all problems. */
export async function openProxy(config: Config, options: OpenOptions): Promise<OpenProxy> {
  const { log, slot } = options
  const clock = options.clock ?? Date.now
  const { connections, memory, ...configured } = config.limits
  const limits: Limits = {
    ...defaultLimits,
    ...configured,
    connections: connections ?? connectionsThatFit(),
    memory: memory ?? memoryShare(options.sharers ?? 1),
    ...options.limits,
  }
  const counts = { connections: 0, stalled: 0 }
  const tunnels: ProxyContext['tunnels'] = new Set()
  const live = new LiveRequests()
  const guard = new OverloadManager({ log, lag: limits.lag, memory: limits.memory, onFull: options.onFull ?? (() => {}) })
  const revocations = options.revocations ?? ownRevocations(clock, log)
  const prepared = await prepare(config, { ...options, revocations }, clock, {
    connections: () => counts.connections,
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
  const fronts: HttpServer[] = config.listeners.map(({ http2, trust, proxyProtocol }, at) =>
    createHttpServer(context, { http2, trust, proxyProtocol, tls: tls.listeners[at] ?? null }),
  )
  return {
    fronts,
    metrics,
    draining: () => context.draining,
    takeEnded: () => live.takeEnded(),
    learned: () => learner?.learned() ?? NOTHING_LEARNED,
    more: () => ({ identityProviders: authenticator.status(), services: upstreams.status() }),
    audit,
    async close(patience) {
      context.draining = true
      const drained = fronts.map((front) => drain(front, patience))
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

interface Prepared {
  readonly signer: AssertionSigner
  readonly pages: Pages
  readonly audit: AuditLog
  readonly metrics: Metrics
  readonly tracer: Tracer | null
  readonly tls: Tls
  readonly authenticator: Authenticator
  readonly clients: Clients
  readonly signedIn: OpenedSignIn
  readonly events: EventSources | null
  readonly exchanges: Exchanges['exchanges']
}

/** Everything that can fail without a socket; tries each even if another failed. */
async function prepare(
  config: Config,
  options: OpenOptions & { readonly revocations: NonNullable<OpenOptions['revocations']> },
  clock: () => number,
  sources: Pick<MetricSources, 'connections' | 'stalled' | 'lag' | 'tunnels' | 'services'>,
): Promise<Prepared> {
  const { log } = options
  const problems: Problem[] = []
  const metrics: Metrics = createMetrics({
    policy: () => options.slot.serving,
    audit: () => audit ?? { dropped: 0, waitingBytes: 0 },
    spansDropped: () => tracer?.dropped ?? 0,
    certificates: () => tls?.files.expiries() ?? [],
    providers: () => authenticator?.status() ?? [],
    ...sources,
  })
  const { watchInterval: interval } = options
  const tls = await openTls(config, { log, metrics, clock, ...(interval !== undefined && { interval }) })
  const clients = openClients(config, tls, clock)
  const { copy, revoke } = options.revocations
  const signedIn = await openSignIn(config, {
    ...{ clock, log, clients, revocations: copy, watchInterval: interval },
    ...options.sessions,
    onLoad: (place, result) => metrics.identityLoad(place, result),
  })
  const asking = { clock, log, monotonic: () => performance.now(), fetchOf: clients.fetchOf, fetchTimeout: 5000 }
  const { events, problems: ofEvents } = openEvents(config, asking, revoke)
  problems.push(...tls.files.problems, ...clients.problems, ...signedIn.problems, ...ofEvents)
  const { exchanges, problems: ofExchanges } = openExchanges(config, {
    clock,
    log,
    fetchOf: clients.fetchOf,
    signIn: signedIn.signIn,
  })
  problems.push(...ofExchanges)
  // It needs all clients.
  const authenticator =
    clients.problems.length > 0
      ? null
      : createAuthenticator(config.identities, {
          clock,
          log,
          mismatchForLog: mismatchForLog(config.audit),
          clients: clients.clients,
          fetchOf: clients.fetchOf,
          signIn: signedIn.signIn,
          ...(signedIn.store && { proofs: sharedDpopReplayCache(signedIn.store) }),
          revocations: copy,
          anchorsOf: (identity) => tls.anchors(identity),
          ...(options.signingKeys && { nonces: createNonces(secretOf(options.signingKeys)) }),
          onLoad: (place, result) => metrics.identityLoad(place, result),
          ...(interval !== undefined && { watchInterval: interval }),
        })
  if (authenticator !== null) problems.push(...identityProblems(config, await authenticator.open()))

  const signer = await createAssertionSigner(config.assertion, {
    clock,
    log,
    ...(options.signingKeys && { keys: options.signingKeys }),
  }).catch((error: unknown) => {
    if (!(error instanceof AssertionStateError)) throw error
    problems.push(environment(error.message))
    return null
  })
  const audit = await openAuditLog(config.audit, log, { clock, ...options.audit }).catch((error: unknown) => {
    if (!(error instanceof StartupError)) throw error
    problems.push(...error.problems)
    return null
  })
  const { tracer, problems: ofTraces } = await openTracer(config, log)
  problems.push(...ofTraces)
  const { pages, problems: ofPages } = await openPages(config)
  problems.push(...ofPages)

  if (signer === null || pages === null || audit === null || authenticator === null || problems.length > 0) {
    const opened = [audit, tracer, tls, clients, signedIn, authenticator]
    await Promise.all(opened.map((each) => each?.close()))
    throw new StartupError(problems)
  }
  await tls.files.warn()
  return {
    signer,
    pages,
    audit,
    metrics,
    tracer,
    tls,
    authenticator,
    clients,
    signedIn,
    events,
    exchanges,
  }
}

/** Derives a secret shared by all processes that have the same signing keys. */
function secretOf(keys: SigningKeys): (milliseconds: number) => string {
  return (milliseconds) => {
    const { d } = keys.current(milliseconds).key.export({ format: 'jwk' })
    if (d === undefined) throw new Error('a signing key has no private part')
    return d
  }
}
