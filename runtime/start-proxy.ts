import { adminHosts, createAdminApi, openAdmin } from './admin/index.ts'
import { announce } from './announce.ts'
import { openActionLog } from './audit/index.ts'
import type { Config } from './config/index.ts'
import { closeServer } from './drain.ts'
import { listen } from './listen.ts'
import { createAdminServer, readinessOf, verboseReadiness } from './observe/index.ts'
import { type OpenOptions, type OpenProxy, openProxy } from './open/open-proxy.ts'
import { openRevocations, revokeBy } from './open/open-revocations.ts'
import type { Activation, PolicyStatus } from './policy/index.ts'
import type { Front } from './proxy/index.ts'
import { Revocations } from './revocation/index.ts'
import { StartupError } from './startup-error.ts'

export interface StartOptions extends OpenOptions {
  /** Milliseconds for which requests may go on when the proxy closes. */
  readonly drain?: number
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
 * From a configuration to a proxy that listens, in this process and no other. Everything is checked before the first socket is opened. Rejects
 * with `StartupError` with all the reasons why not.
 */
export async function startProxy(config: Config, options: StartOptions): Promise<RunningProxy> {
  const { log, clock = Date.now } = options
  const keeper = await openRevocations(config, { log, clock })
  const copy = new Revocations()
  keeper.listen({ changed: (change) => copy.apply(change), hears: (hears) => copy.setHears(hears) })
  copy.reset(keeper.standing())
  const openedAdmin = config.admin && (await openAdmin(config.admin, config, log))
  let proxy: OpenProxy
  try {
    if (openedAdmin !== null && openedAdmin.problems.length > 0) throw new StartupError(openedAdmin.problems)
    proxy = await openProxy(config, { ...options, revocations: { copy, revoke: revokeBy(() => keeper, log) } })
  } catch (error) {
    await openedAdmin?.close()
    await keeper.close()
    throw error
  }
  const adminServer =
    config.admin &&
    openedAdmin &&
    createAdminServer(adminSources(proxy), {
      hosts: adminHosts(config.admin),
      api: createAdminApi(openedAdmin.callers, {
        clock,
        log,
        keeper: () => keeper,
        identities: () => Object.keys(config.identities),
        ended: async () => proxy.takeEnded(),
        openAudit: () => openActionLog(config.audit, log),
      }),
      tls: openedAdmin.tls,
    })

  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    await proxy.close({ settle: 0, cut: AbortSignal.timeout(options.drain ?? 10_000) })
    if (adminServer) await closeServer(adminServer)
    await openedAdmin?.close()
    await keeper.close()
  }

  try {
    const addresses: string[] = []
    for (const [index, { address, tls }] of config.listeners.entries())
      addresses.push(await listen((proxy.fronts[index] as Front).server, address, tls === null ? 'http' : 'https'))
    const admin =
      adminServer && config.admin
        ? await listen(adminServer, config.admin.address, config.admin.tls === null ? 'http' : 'https')
        : null
    announce(options.log, proxy.enforced, addresses, admin)
    return {
      addresses,
      admin,
      status: () => proxy.status(),
      reload: (bytes) => proxy.reload(bytes),
      reopenAudit: () => proxy.reopenAudit(),
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

function adminSources(proxy: OpenProxy): Parameters<typeof createAdminServer>[0] {
  const { metrics } = proxy
  return {
    contentType: metrics.contentType,
    metrics: () => metrics.text(),
    readiness: () => readinessOf(proxy.status(), proxy.draining()),
    verbose: () => verboseReadiness(proxy.status(), proxy.draining(), proxy.more()),
  }
}
