import { type Problem, StartupError } from '../base/startup-error.ts'
import { Revocations } from '../identity/revocation/index.ts'
import {
  type Activation,
  type Candidates,
  type Policy,
  PolicySlot,
  type PolicyStatus,
  type PolicyStore,
  type Rollout,
} from '../policy/index.ts'
import type { PolicyControl } from '../policy/policy-control.ts'
import { keepLearning, LearnedFile } from '../proxy/discovery/index.ts'
import { closeServer, type ServingListener } from '../proxy/listeners/drain.ts'
import { openActionAudit } from '../telemetry/audit/index.ts'
import { createAdminServer } from './admin/admin-server.ts'
import { EffectHistory } from './admin/effect-history.ts'
import { adminHosts, createAdminApi, openAdmin } from './admin/index.ts'
import { createProbeServer } from './admin/probe-server.ts'
import { readinessOf, verboseReadiness } from './admin/readiness.ts'
import { announce } from './announce.ts'
import { decidingBy } from './bootstrap/deciding-by.ts'
import { enforcedBy } from './bootstrap/enforced.ts'
import { type OpenedPolicy, openPolicy, type PolicyOptions, slotOptions } from './bootstrap/open-policy.ts'
import { type OpenOptions, type OpenProxy, openProxy } from './bootstrap/open-proxy.ts'
import { openRevocations, revokeBy } from './bootstrap/open-revocations.ts'
import { routesOf } from './bootstrap/routes-of.ts'
import { redisSecretProblems } from './bootstrap/source-secret.ts'
import type { Config } from './config/index.ts'
import { listen, type OpenListener, openListener } from './listeners/listen.ts'
import { NO_FLEET } from './proxy-fleet/fleet-overview.ts'

export interface StartOptions extends Omit<OpenOptions, 'slot'>, PolicyOptions {
  /** Milliseconds for which `close` lets requests complete. */
  readonly drain?: number
}

export interface RunningProxy {
  /** URLs of the listeners, such as `http://127.0.0.1:8080` or `unix:/run/iap/check.sock`, in the order of the configuration. */
  readonly addresses: readonly string[]
  readonly admin: string | null
  status(): PolicyStatus
  /** Activates a bundle. If it is refused, the previous policy stays active. */
  reload(bytes: Uint8Array): Promise<Activation>
  readonly deciding: PolicyControl
  readonly candidates: Candidates
  reopenAudit(): void
  /** Lets requests under way complete, and closes the proxy. */
  close(): Promise<void>
}

/**
 * Starts a proxy in this process. Checks everything else before it opens a socket.
 *
 * @throws StartupError with all problems found
 */
export async function startProxy(config: Config, options: StartOptions): Promise<RunningProxy> {
  const { log, clock = Date.now } = options
  const learned = config.learn === null ? null : new LearnedFile(config.learn)
  const unread = redisSecretProblems(config)
  if (unread.length > 0) throw new StartupError(unread)
  const keeper = await openRevocations(config, { log, clock })
  const copy = new Revocations()
  keeper.listen({ changed: (change) => copy.apply(change), hears: (hears) => copy.setHears(hears) })
  copy.reset(keeper.standing())
  const openedAdmin = config.admin && (await openAdmin(config.admin, config, log))
  let opened: Opened
  try {
    if (openedAdmin !== null && openedAdmin.problems.length > 0) throw new StartupError(openedAdmin.problems)
    opened = await open(config, { ...options, revocations: { copy, revoke: revokeBy(() => keeper, log) } }, clock)
  } catch (error) {
    await openedAdmin?.close()
    await keeper.close()
    throw error
  }
  const { proxy, policy, store, rollout, slot } = opened
  proxy.metrics.loads.follow(() => decidingBy(policy, store, rollout))
  const tallies = async () => (await proxy.metrics.data()).tallies
  const history = new EffectHistory(tallies, clock)
  const adminServer =
    config.admin &&
    openedAdmin &&
    createAdminServer(adminSources(proxy, store), {
      hosts: adminHosts(config.admin),
      api: createAdminApi(openedAdmin.callers, {
        clock,
        log,
        keeper: () => keeper,
        identities: () => Object.keys(config.identities),
        ended: async () => proxy.takeEnded(),
        deciding: () => decidingBy(policy, store, rollout),
        recent: async (after, filter) => [
          { number: 0, recent: proxy.audit.recent({ after: after && (after.get(0) ?? { permits: 0, others: 0 }), filter }) },
        ],
        sessions: () => proxy.sessions(),
        routes: async () => slot.policy && routesOf(slot.policy),
        tallies,
        history,
        openAudit: () => openActionAudit(proxy.audit),
        // A supervisor reports to the fleet, and `iap run --dev` has none.
        fleet: async () => NO_FLEET,
      }),
      tls: openedAdmin.tls,
    })

  const probes = config.probes && createProbeServer(() => adminSources(proxy, store).readiness())
  const endLearning = learned && keepLearning(learned, () => proxy.learned(), { clock, log })

  const listening: OpenListener[] = []
  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    await policy.close()
    for (const each of listening) each.close()
    await proxy.close({ settle: 0, cut: AbortSignal.timeout(options.drain ?? config.drain.timeout) })
    endLearning?.()
    history.close()
    await Promise.all([adminServer, probes].map((server) => server?.listening && closeServer(server)))
    await openedAdmin?.close()
    await keeper.close()
  }

  try {
    for (const [index, listener] of config.listeners.entries())
      listening.push(await openListener(proxy.listeners[index] as ServingListener, listener))
    const addresses = listening.map(({ origin }) => origin)
    const admin =
      adminServer && config.admin
        ? await listen(adminServer, config.admin.address, config.admin.tls === null ? 'http' : 'https')
        : null
    if (probes !== null && config.probes !== null) await listen(probes, config.probes.address, 'http')
    announce(options.log, enforcedBy(slot.policy as Policy), addresses, admin)
    return {
      addresses,
      admin,
      status: () => store.status,
      reload: (bytes) => store.activate(bytes),
      deciding: decidingBy(policy, store, rollout),
      candidates: slot.candidates,
      reopenAudit: () => proxy.audit.reopen(),
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

interface Opened {
  readonly proxy: OpenProxy
  readonly policy: OpenedPolicy
  readonly store: PolicyStore
  readonly rollout: Rollout
  readonly slot: PolicySlot
}

/** Rejects with `StartupError`, including problems of both proxy and policy. */
async function open(config: Config, options: Omit<OpenOptions, 'slot'> & PolicyOptions, clock: () => number): Promise<Opened> {
  const slot = new PolicySlot({ ...slotOptions(config), clock })
  const problems: Problem[] = []
  const proxy = await openProxy(config, { ...options, slot }).catch((error: unknown) => {
    if (!(error instanceof StartupError)) throw error
    problems.push(...error.problems)
    return null
  })
  const policy = await openPolicy(config, options, {
    clock,
    enforcers: slot,
    enforced: () => slot.policy && enforcedBy(slot.policy),
    candidates: slot.candidates,
    onCandidateEnd: () => {},
    onLoad: (result) => proxy?.metrics.loads.policy(result),
    onData: (name, result) => proxy?.metrics.loads.data(name, result),
    note: (record) => proxy?.audit.note(record),
  })
  problems.push(...policy.problems)
  const { store, rollout } = policy
  if (proxy !== null && store !== null && rollout !== null && problems.length === 0) {
    rollout.follow()
    return { proxy, policy, store, rollout, slot }
  }
  await policy.close()
  await proxy?.close({ settle: 0, cut: AbortSignal.abort() })
  throw new StartupError(problems)
}

function adminSources(proxy: OpenProxy, store: PolicyStore): Parameters<typeof createAdminServer>[0] {
  const { metrics } = proxy
  const readiness = () => readinessOf(store.status, proxy.draining(), proxy.audit.isHeldUp)
  return {
    contentType: metrics.contentType,
    metrics: () => metrics.text(),
    readiness,
    verbose: () => ({ ...verboseReadiness(readiness(), store.status), ...proxy.more() }),
  }
}
