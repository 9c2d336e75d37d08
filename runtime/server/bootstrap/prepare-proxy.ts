import type { Log } from '../../base/log.ts'
import { environment, type Problem, StartupError } from '../../base/startup-error.ts'
import {
  type AssertionSigner,
  AssertionStateError,
  type Authenticator,
  CallerNames,
  createAssertionSigner,
  createAuthenticator,
  createNonces,
  type SigningKeys,
  sharedDpopReplayCache,
} from '../../identity/index.ts'
import type { Revocations, Revoke } from '../../identity/revocation/index.ts'
import type { SessionStore } from '../../identity/sessions/index.ts'
import type { PolicySlot } from '../../policy/index.ts'
import type { EventSources, Pages } from '../../proxy/index.ts'
import { openPages } from '../../proxy/pages/open-pages.ts'
import { type AuditLog, type AuditOptions, mismatchForLog, openAuditLog } from '../../telemetry/audit/index.ts'
import { createMetrics, type MetricSources, type Metrics } from '../../telemetry/metrics/index.ts'
import type { Tracer } from '../../telemetry/traces/index.ts'
import type { Config } from '../config/index.ts'
import { identityProblems } from '../identity-problems.ts'
import { type Clients, openClients } from './open-clients.ts'
import { openEvents } from './open-events.ts'
import { type Exchanges, openExchanges } from './open-exchanges.ts'
import { type OpenedSignIn, openSignIn } from './open-sign-in.ts'
import { openTls, type Tls } from './open-tls.ts'
import { openTracer } from './open-tracer.ts'

export interface PrepareOptions {
  readonly log: Log
  /** Holds the active policy of this process. While it holds none, requests are refused. */
  readonly slot: PolicySlot
  /** Milliseconds between two checks of a watched file. */
  readonly watchInterval?: number
  /** Signing keys that several processes share. Default: those of the configured folder. */
  readonly signingKeys?: SigningKeys
  /** Session store, with its secret, that several processes share. Default: a store of this process. */
  readonly sessions?: { readonly store: SessionStore; readonly secret: string }
  /** This process's copy of the revocations (`copy`), and a function that adds revocations to the shared list (`revoke`). */
  readonly revocations: { readonly copy: Revocations; readonly revoke: Revoke }
  readonly audit?: AuditOptions
}

/** The parts of a proxy that can be opened without a socket. */
export interface PreparedProxy {
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

/**
 * Opens all parts of a proxy that need no socket. Tries each part even if another has failed, to find all problems.
 *
 * @throws StartupError with all problems found
 */
export async function prepareProxy(
  config: Config,
  options: PrepareOptions,
  clock: () => number,
  sources: Pick<MetricSources, 'connections' | 'stalled' | 'lag' | 'tunnels' | 'services'>,
): Promise<PreparedProxy> {
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
  const names = new CallerNames(displayClaims(config))
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
          names,
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
  const audit = await openAuditLog(config.audit, log, { clock, names, ...options.audit }).catch((error: unknown) => {
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

/** Returns the names of the claims with callers' names, by identity. */
function displayClaims({ displays }: Config): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(displays).flatMap(([name, { displayClaim }]) => (displayClaim === null ? [] : [[name, displayClaim]])),
  )
}

/** Derives a secret shared by all processes that have the same signing keys. */
function secretOf(keys: SigningKeys): (milliseconds: number) => string {
  return (milliseconds) => {
    const { d } = keys.current(milliseconds).key.export({ format: 'jwk' })
    if (d === undefined) throw new Error('a signing key of assertions has no private part: this is a bug in iap; report it')
    return d
  }
}
