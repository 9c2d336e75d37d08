import { renderConfigError } from '../../base/config-error.ts'
import type { Log } from '../../base/log.ts'
import { requireSecret, type SecretRef } from '../../base/secret.ts'
import { content, environment, type Problem } from '../../base/startup-error.ts'
import {
  type BundleSource,
  type Candidates,
  DataStore,
  followSource,
  openPushedData,
  type Policy,
  PolicyStore,
  type PolicyStoreOptions,
  type PolicyTarget,
  type PublicKey,
  type Rollout,
  type SlotOptions,
  type SourceOptions,
  StateError,
} from '../../policy/index.ts'
import { type BundleSourceConfig, type Config, checkBindings } from '../config/index.ts'
import { reportBelievedCertificates } from '../listeners/report-believed-certificates.ts'
import { reportLimitedRoutes } from '../listeners/report-limited-routes.ts'
import { reportRuleHeaders } from '../listeners/report-rule-headers.ts'
import { readKeys, tooFewKeys } from '../read-keys.ts'
import { hostsOf } from '../service-hosts.ts'
import type { Enforced } from './enforced.ts'
import { offering, openRollout } from './open-rollout.ts'
import { type Listeners, reportDataChange, reportPolicyChange } from './report-changes.ts'
import { sourceSecretProblems } from './source-secret.ts'
import { watchAge } from './watch-age.ts'

export interface PolicyOptions {
  readonly log: Log
  /** Bundle that `--dev` compiles, used instead of the configured source. */
  readonly bundle?: Uint8Array
  /** Trusted keys that replace the configured files. With `bundle`, signatures are not verified by default. */
  readonly keys?: readonly PublicKey[]
  readonly insecure?: {
    readonly unsignedBundle?: boolean
  }
  /** Milliseconds between two checks of a watched file. */
  readonly watchInterval?: number
}

export interface PolicyDeps extends Listeners {
  readonly enforcers: PolicyTarget
  /** Returns a summary of the policy that `enforcers` enforce; `null` if there is none. */
  readonly enforced: () => Enforced | null
  /**
   * Whether to save changes of the active policy, as last known good, and of the candidate immediately. If false, the caller
   * saves them later by `store.keep` and `rollout.keep`. Default: true.
   */
  readonly keeps?: boolean
  readonly candidates: Candidates
  /** Signal that aborts waiting for the first policy. */
  readonly signal?: AbortSignal
}

export interface OpenedPolicy {
  /** The store of policies; `null` if problems prevent it from opening. */
  readonly store: PolicyStore | null
  /** The roll-out of candidates; `null` if the store of policies could not be opened. */
  readonly rollout: Rollout | null
  readonly data: DataStore
  look(): void
  close(): Promise<void>
  readonly problems: readonly Problem[]
}

/** Returns the options with which policies are instantiated from bundles under a configuration. */
export function slotOptions(config: Config): SlotOptions {
  return {
    hosts: hostsOf(config),
    bind: ({ manifest }: Policy) => checkBindings(config, manifest).map(renderConfigError),
  }
}

export async function openPolicy(config: Config, options: PolicyOptions, deps: PolicyDeps): Promise<OpenedPolicy> {
  const { log, watchInterval } = options
  const { enforcers, clock } = deps
  const unshown = options.bundle === undefined ? sourceSecretProblems(config) : []
  const problems: Problem[] = [...unshown]
  const { notice = null, state = null } = config.bundle ?? {}
  let store: PolicyStore | null = null
  let rollout: Rollout | null = null
  let source: BundleSource | null = null
  const look = () => source?.look()
  const data = new DataStore({
    sources: config.data,
    enforcers,
    pushed: state === null ? null : openPushedData(state),
    clock,
    onEvent(event) {
      reportDataChange(event, log, deps)
      // A bundle may have been refused because of the data.
      if (event.kind === 'taken' && (rollout?.again() || store?.status.lastError?.code === 'data')) look()
    },
    ...(watchInterval !== undefined && { interval: watchInterval }),
  })
  // Before the policy, which checks whether they match.
  problems.push(...(await data.open()).map(content))
  const keys = await keysOf(config, options, problems)
  // Bundles need a trusted key.
  const onLoad = (result: string) => {
    deps.onLoad(result)
    // Data may have been refused because of the policy.
    if (result === 'activated') data.look()
  }
  store = keys === null ? null : await openStore(config, keys, log, { ...deps, onLoad }, problems)
  rollout = store && openRollout(store, config, log, { ...deps, onFree: look })
  source = store && rollout && unshown.length === 0 ? await firstPolicy(store, rollout, config, options, deps.signal) : null
  if (store !== null && unshown.length === 0 && store.status.active === null) problems.push(...noPolicy(store, config))
  const notices = notice && source && (await import('../../policy/source/hear-notices.ts')).hearNotices(notice, log, look)
  const endAge = store === null ? () => {} : watchAge(store, enforcers, { log, clock })
  return {
    store,
    rollout,
    data,
    problems,
    look,
    async close() {
      endAge()
      notices?.close()
      await Promise.all([rollout?.close(), source?.close(), data.close()])
    },
  }
}

/** Returns `null` if there are none; `problems` says why. */
async function keysOf(
  config: Config,
  { keys, bundle, insecure }: PolicyOptions,
  problems: Problem[],
): Promise<readonly PublicKey[] | 'unverified' | null> {
  if (insecure?.unsignedBundle) return 'unverified'
  if (keys !== undefined) return keys
  // The bytes come from the caller itself.
  if (bundle !== undefined) return 'unverified'
  const read = await readKeys(config.bundle?.keys ?? [])
  problems.push(...read.problems)
  const few = tooFewKeys(config.bundle, read.keys)
  if (few !== null) problems.push(few)
  if (read.problems.length > 0 || few !== null) return null
  if (read.keys.length > 0) return read.keys
  problems.push(content('the configuration has no key to verify the bundle'))
  return null
}

async function openStore(
  config: Config,
  keys: readonly PublicKey[] | 'unverified',
  log: Log,
  deps: PolicyDeps,
  problems: Problem[],
): Promise<PolicyStore | null> {
  const { signatures = 1, state = null, maxStaleness = null, whenStale, whenExpired } = config.bundle ?? {}
  const age = { maxStaleness, closesWhenStale: whenStale === 'close', closesWhenExpired: whenExpired !== 'warn' }
  const { clock, enforcers, keeps = true } = deps
  const onEvent: PolicyStoreOptions['onEvent'] = (event, before, asking) => {
    // While ending, no worker is left to take a bundle; its successor will.
    if (asking === null && deps.signal?.aborted && event.kind === 'refused' && event.code === 'worker') return
    reportPolicyChange({ event, before, asking }, log, deps)
    if (event.kind !== 'activated') return
    if (opened?.manifest) {
      reportLimitedRoutes(config, opened.manifest, log)
      reportBelievedCertificates(config, opened.manifest, log)
    }
    reportRuleHeaders(config, deps.enforced()?.ruleHeaders ?? [], log)
  }
  let opened: PolicyStore | null = null
  try {
    opened = await PolicyStore.open({ keys, signatures, state, keeps, enforcers, clock, onEvent, ...age })
    return opened
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    problems.push(environment(error.message))
    return null
  }
}

async function firstPolicy(
  store: PolicyStore,
  rollout: Rollout,
  config: Config,
  options: PolicyOptions,
  signal: AbortSignal | undefined,
): Promise<BundleSource | null> {
  if (options.bundle !== undefined) {
    await store.activate(options.bundle)
    return null
  }
  if (config.bundle === null || signal?.aborted) return null
  // A new bundle must go through all steps of a roll-out, even after a restart.
  if (config.rollout.steps.length > 0) await store.recover()
  const isResumed = store.status.active !== null
  if (isResumed) await rollout.resume()
  const source = followSource(offering(store, rollout), sourceOptions(config.bundle.source, options.watchInterval))
  // A server may take a minute to respond.
  const stop = () => void source.close()
  signal?.addEventListener('abort', stop, { once: true })
  await source.ready
  signal?.removeEventListener('abort', stop)
  if (!isResumed) await rollout.resume()
  return source
}

function sourceOptions(source: BundleSourceConfig, interval: number | undefined): SourceOptions {
  const read = (ref: SecretRef | null) => ref && (() => requireSecret(ref))
  switch (source.kind) {
    case 'file':
      return interval === undefined ? source : { ...source, interval }
    case 'https':
      return { ...source, token: read(source.token) }
    case 'oci':
      return { ...source, password: read(source.password) }
  }
}

/** Neither the source nor the saved state has a policy. */
function noPolicy({ status }: PolicyStore, config: Config): readonly Problem[] {
  const { lastError } = status
  if (lastError === null) return [content('there is no bundle')]
  const from = config.bundle === null ? '' : ` \`${nameOf(config.bundle.source)}\``
  const message = `bundle${from} (${lastError.code}): ${lastError.message}`
  switch (lastError.code) {
    case 'source-missing':
    case 'source-unreadable':
    case 'state':
    case 'worker':
    case 'internal':
      return [environment(message)]
    case 'bind':
      return lastError.message.split('; ').map(content)
    default:
      return [content(message)]
  }
}

/** Omits the query, which may be a credential. */
function nameOf(source: BundleSourceConfig): string {
  return source.kind === 'file' ? source.file : source.url.replace(/\?.*/, '')
}
