import type { Server } from 'node:http'
import { type AuditLog, type AuditOptions, openAuditLog } from './audit/index.ts'
import { type Config, checkBindings, renderConfigError } from './config/index.ts'
import { type AssertionSigner, AssertionStateError, createAssertionSigner, createAuthenticator } from './identity/index.ts'
import { drain, listen } from './listen.ts'
import type { Log } from './log.ts'
import { createAdminServer, createMetrics, type MetricSources, type Metrics } from './observe/index.ts'
import { openTls, type Tls } from './open-tls.ts'
import {
  type Activation,
  type FileWatch,
  followFile,
  type Policy,
  type PolicyEvent,
  type PolicyStatus,
  PolicyStore,
  type PublicKey,
  StateError,
} from './policy/index.ts'
import {
  Cors,
  createFront,
  defaultLimits,
  type Front,
  type Limits,
  type ProxyContext,
  Upstreams,
  type UpstreamsOptions,
} from './proxy/index.ts'
import { readKeys, tooFewKeys } from './read-keys.ts'
import { hostsOf } from './service-hosts.ts'
import { content, environment, type Problem, StartupError } from './startup-error.ts'

export interface StartOptions {
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** In place of the file of the configuration: what `--dev` has compiled. `reload` brings the next one. */
  readonly bundle?: Uint8Array
  /** Who may have signed it, in place of the files of the configuration. Left out with `bundle`: nobody needs to. */
  readonly keys?: readonly PublicKey[]
  readonly insecure?: {
    /** `--insecure-unsigned-bundle` */
    readonly unsignedBundle?: boolean
  }
  readonly limits?: Partial<Limits>
  readonly audit?: AuditOptions
  readonly upstreams?: Omit<UpstreamsOptions, 'log'>
  /** Milliseconds for which requests may go on when the proxy closes. */
  readonly drain?: number
  /** Milliseconds between two looks at each file that is watched. */
  readonly watchInterval?: number
}

export interface RunningProxy {
  /** Where it listens, in the order of the configuration: `http://127.0.0.1:8080`. */
  readonly addresses: readonly string[]
  readonly admin: string | null
  status(): PolicyStatus
  /** Tries a bundle; the old one serves on if it is refused. */
  reload(bytes: Uint8Array): Promise<Activation>
  /** After audit files were moved. */
  reopenAudit(): void
  /** Lets requests that are under way end, then ends everything. */
  close(): Promise<void>
}

/**
 * From a configuration to a proxy that listens. Everything is checked before the first socket is opened. Rejects with
 * `StartupError` with all the reasons why not.
 */
export async function startProxy(config: Config, options: StartOptions): Promise<RunningProxy> {
  const { log } = options
  const clock = options.clock ?? Date.now
  const limits = { ...defaultLimits, ...config.limits, ...options.limits }
  const counts = { connections: 0 }
  const tunnels: ProxyContext['tunnels'] = new Set()
  const authenticator = createAuthenticator(config.identities, { clock, log })
  const { store, watch, signer, audit, metrics, tls } = await prepare(config, options, clock, {
    connections: () => counts.connections,
    tunnels: () => tunnels.size,
    providers: () => authenticator.status(),
    services: () => upstreams.status(),
  })
  // Not before all is checked: services are asked at once how they are.
  const upstreams = new Upstreams(config.services, { ...options.upstreams, log, tls: tls.services })
  const cors = new Map(Object.entries(config.services).flatMap(([name, of]) => (of.cors ? [[name, new Cors(of.cors)]] : [])))
  const context: ProxyContext = {
    policies: store,
    authenticator,
    signer,
    upstreams,
    tunnels,
    origins: (service) => config.services[service]?.origins ?? [],
    cors: (service) => cors.get(service) ?? null,
    audit,
    metrics,
    log,
    clock,
    limits,
    draining: false,
    counts,
  }
  const fronts: Front[] = config.listeners.map(({ http2, trust, proxyProtocol }, at) =>
    createFront(context, { http2, trust, proxyProtocol, tls: tls.listeners[at] ?? null }),
  )
  const adminServer =
    config.admin &&
    createAdminServer(
      {
        metrics,
        status: () => store.status,
        draining: () => context.draining,
        more: () => ({ identityProviders: authenticator.status(), services: upstreams.status() }),
      },
      config.admin.address.host,
    )

  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    context.draining = true
    await watch?.close()
    const drained = fronts.map((front) => drain(front, options.drain ?? 10_000))
    await tls.close()
    await Promise.all(drained)
    await upstreams.close()
    await audit.close()
    if (adminServer) await drain(frontOf(adminServer), 0)
  }

  try {
    const addresses: string[] = []
    for (const [index, { address, tls }] of config.listeners.entries())
      addresses.push(await listen((fronts[index] as Front).server, address, tls === null ? 'http' : 'https'))
    const admin = adminServer && config.admin ? await listen(adminServer, config.admin.address) : null
    announce(log, store, addresses, admin)
    return {
      addresses,
      admin,
      status: () => store.status,
      reload: (bytes) => store.activate(bytes),
      reopenAudit: () => audit.reopen(),
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function frontOf(server: Server): Front {
  return { server, closeIdle: () => server.closeIdleConnections(), closeAll: () => server.closeAllConnections() }
}

interface Prepared {
  readonly store: PolicyStore
  readonly watch: FileWatch | null
  readonly signer: AssertionSigner
  readonly audit: AuditLog
  readonly metrics: Metrics
  readonly tls: Tls
}

/** All that can fail without a socket, each tried even if another failed. */
async function prepare(
  config: Config,
  options: StartOptions,
  clock: () => number,
  sources: Pick<MetricSources, 'connections' | 'tunnels' | 'providers' | 'services'>,
): Promise<Prepared> {
  const { log } = options
  const problems: Problem[] = []
  const metrics: Metrics = createMetrics({
    policy: () => store?.status.active ?? null,
    audit: () => audit ?? { dropped: 0, waitingBytes: 0 },
    certificates: () => tls?.files.expiries() ?? [],
    ...sources,
  })

  const keys = await keysOf(config, options, problems)
  const signer = await createAssertionSigner(config.assertion, { clock, log }).catch((error: unknown) => {
    if (!(error instanceof AssertionStateError)) throw error
    problems.push(environment(error.message))
    return null
  })
  const audit = await openAuditLog(config.audit, log, options.audit).catch((error: unknown) => {
    problems.push(environment(`the audit log cannot be opened: ${(error as Error).message}`))
    return null
  })
  const { watchInterval: interval } = options
  const tls = await openTls(config, { log, metrics, clock, ...(interval !== undefined && { interval }) })
  problems.push(...tls.files.problems)
  // What no key vouches for is not looked at.
  const store =
    keys === null ? null : await openStore(config, keys, clock, (event) => onPolicyEvent(event, log, metrics), problems)
  const watch = store && (await firstPolicy(store, config, options))
  if (store !== null && store.current === null) problems.push(...noPolicy(store, config))

  if (store === null || signer === null || audit === null || problems.length > 0) {
    await Promise.all([watch?.close(), audit?.close(), tls.close()])
    throw new StartupError(problems)
  }
  await tls.files.warn()
  return {
    store,
    watch,
    signer,
    audit,
    metrics,
    tls,
  }
}

/** Null: there are none, and why stands in `problems`. */
async function keysOf(
  config: Config,
  { keys, bundle, insecure }: StartOptions,
  problems: Problem[],
): Promise<readonly PublicKey[] | 'unverified' | null> {
  if (insecure?.unsignedBundle) return 'unverified'
  if (keys !== undefined) return keys
  // Whoever handed over the bytes has made them.
  if (bundle !== undefined) return 'unverified'
  const read = await readKeys(config.bundle?.keys ?? [])
  problems.push(...read.problems)
  const few = tooFewKeys(config.bundle, read.keys)
  if (few !== null) problems.push(few)
  if (read.problems.length > 0 || few !== null) return null
  if (read.keys.length > 0) return read.keys
  problems.push(content('the configuration names no key that may have signed the bundle'))
  return null
}

async function openStore(
  config: Config,
  keys: readonly PublicKey[] | 'unverified',
  clock: () => number,
  onEvent: (event: PolicyEvent) => void,
  problems: Problem[],
): Promise<PolicyStore | null> {
  const bind = ({ manifest }: Policy) => checkBindings(config, manifest).map(renderConfigError)
  const state = config.bundle?.state ?? null
  try {
    return await PolicyStore.open({
      keys,
      signatures: config.bundle?.signatures ?? 1,
      state,
      hosts: hostsOf(config),
      bind,
      clock,
      onEvent,
    })
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    problems.push(environment(error.message))
    return null
  }
}

async function firstPolicy(store: PolicyStore, config: Config, options: StartOptions): Promise<FileWatch | null> {
  if (options.bundle !== undefined) {
    await store.activate(options.bundle)
    return null
  }
  if (config.bundle === null) return null
  const { watchInterval } = options
  const watch = followFile(store, config.bundle.source, watchInterval === undefined ? {} : { interval: watchInterval })
  await watch.ready
  return watch
}

/** Neither the source nor what was kept gave one. */
function noPolicy({ status }: PolicyStore, config: Config): readonly Problem[] {
  const { lastError } = status
  if (lastError === null) return [content('there is no bundle')]
  const message = `bundle${config.bundle === null ? '' : ` \`${config.bundle.source}\``} (${lastError.code}): ${lastError.message}`
  switch (lastError.code) {
    case 'source-missing':
    case 'source-unreadable':
    case 'state':
    case 'internal':
      return [environment(message)]
    case 'bind':
      return lastError.message.split('; ').map(content)
    default:
      return [content(message)]
  }
}

function onPolicyEvent(event: PolicyEvent, log: Log, metrics: Metrics): void {
  if (event.kind === 'refused') {
    metrics.policyLoad(event.code)
    log.error(`a bundle is refused: ${event.message}`, { code: event.code })
    return
  }
  metrics.policyLoad(event.kind)
  if (event.kind === 'activated') {
    const { revision, sequence, origin } = event
    log.info('a policy is active', { revision, sequence, origin })
  }
}

function announce(log: Log, store: PolicyStore, addresses: readonly string[], admin: string | null): void {
  const policy = store.current
  if (policy === null) throw new Error('a proxy without a policy does not start')
  const { module, manifest, revision } = policy
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ')
  log.info(`listening on ${addresses.join(', ')}`)
  if (admin !== null) log.info(`health and metrics on ${admin}`)
  log.info(
    `enforcing ${module.routes.length} routes of ${names(manifest.services) || 'no service'}, for ${names(manifest.identities) || 'nobody'}`,
    { revision, sequence: manifest.sequence },
  )
}
