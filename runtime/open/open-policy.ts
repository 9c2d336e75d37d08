import type { Deciding } from '../admin/index.ts'
import { type ChangeRecord, dataChange, policyChange } from '../audit/index.ts'
import { type BundleSourceConfig, type Config, checkBindings, renderConfigError, type SecretRef } from '../config/index.ts'
import type { Log } from '../log.ts'
import {
  type BundleSource,
  type DataEvent,
  DataStore,
  type Enforcers,
  followSource,
  hearNotices,
  openPushedData,
  type Policy,
  PolicyStore,
  type PolicyStoreOptions,
  type PublicKey,
  type SlotOptions,
  type SourceOptions,
  StateError,
} from '../policy/index.ts'
import { readKeys, tooFewKeys } from '../read-keys.ts'
import { hostsOf } from '../service-hosts.ts'
import { content, environment, type Problem } from '../startup-error.ts'
import { sourceSecret, sourceSecretProblems } from './source-secret.ts'
import { watchAge } from './watch-age.ts'

export interface PolicyOptions {
  readonly log: Log
  /** In place of the file of the configuration: what `--dev` has compiled. `reload` brings the next one. */
  readonly bundle?: Uint8Array
  /** Who may have signed it, in place of the files of the configuration. Left out with `bundle`: nobody needs to. */
  readonly keys?: readonly PublicKey[]
  readonly insecure?: {
    /** `--insecure-unsigned-bundle` */
    readonly unsignedBundle?: boolean
  }
  /** Milliseconds between two looks at each file that is watched. */
  readonly watchInterval?: number
}

export interface PolicyDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly enforcers: Enforcers
  /** False: what serves is not kept as last good before somebody says so (`store.keep`). Default: true. */
  readonly keeps?: boolean
  /** A bundle was tried: `activated`, `unchanged`, or the code of the refusal. */
  readonly onLoad: (result: string) => void
  /** Data of that name were tried. */
  readonly onData: (name: string, result: 'taken' | 'refused') => void
  /** For the audit log. */
  readonly note: (record: ChangeRecord) => void
  /** Aborted: nobody waits for the first policy any more. */
  readonly signal?: AbortSignal
}

export interface OpenedPolicy {
  /** Null where there are problems, as it may be with some, too. */
  readonly store: PolicyStore | null
  readonly data: DataStore
  /** There may be a new bundle: it is looked for now. */
  look(): void
  close(): Promise<void>
  readonly problems: readonly Problem[]
}

/** What of a configuration whoever makes a policy of a bundle has to know. */
export function slotOptions(config: Config): SlotOptions {
  return {
    hosts: hostsOf(config),
    bind: ({ manifest }: Policy) => checkBindings(config, manifest).map(renderConfigError),
  }
}

/** The policy that counts first, the data that it decides by, and what follows their sources. */
export async function openPolicy(config: Config, options: PolicyOptions, deps: PolicyDeps): Promise<OpenedPolicy> {
  const { log, watchInterval } = options
  const { enforcers, clock } = deps
  const unshown = options.bundle === undefined ? sourceSecretProblems(config) : []
  const problems: Problem[] = [...unshown]
  const { notice = null, state = null } = config.bundle ?? {}
  let store: PolicyStore | null = null
  let source: BundleSource | null = null
  const look = () => source?.look()
  const data = new DataStore({
    sources: config.data,
    enforcers,
    pushed: state === null ? null : openPushedData(state),
    clock,
    onEvent(event) {
      onDataEvent(event, log, deps)
      // A bundle may have been refused because of what they were.
      if (event.kind === 'taken' && store?.status.lastError?.code === 'data') look()
    },
    ...(watchInterval !== undefined && { interval: watchInterval }),
  })
  // Before the policy: whether they fit is for that to tell.
  problems.push(...(await data.open()).map(content))
  const keys = await keysOf(config, options, problems)
  // What no key vouches for is not looked at.
  const onLoad = (result: string) => {
    deps.onLoad(result)
    // Data may have been refused because of what it was.
    if (result === 'activated') data.look()
  }
  store = keys === null ? null : await openStore(config, keys, log, { ...deps, onLoad }, problems)
  source = store && unshown.length === 0 ? await firstPolicy(store, config, options, deps.signal) : null
  if (store !== null && unshown.length === 0 && store.status.active === null) problems.push(...noPolicy(store, config))
  const notices = notice && source && hearNotices(notice, log, look)
  const endAge = store === null ? () => {} : watchAge(store, enforcers, { log, clock })
  return {
    store,
    data,
    problems,
    look,
    async close() {
      endAge()
      notices?.close()
      await Promise.all([source?.close(), data.close()])
    },
  }
}

/** As operators see it and change it. */
export function decidingBy({ data, look }: OpenedPolicy, store: PolicyStore): Deciding {
  return {
    policy: {
      get status() {
        return store.status
      },
      goBack: (asking) => store.goBack(asking),
      release: (asking) => store.release(asking),
      look,
    },
    data,
  }
}

/** Null: there are none, and why stands in `problems`. */
async function keysOf(
  config: Config,
  { keys, bundle, insecure }: PolicyOptions,
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
  log: Log,
  deps: PolicyDeps,
  problems: Problem[],
): Promise<PolicyStore | null> {
  const { signatures = 1, state = null, maxStaleness = null, whenStale, whenExpired } = config.bundle ?? {}
  const age = { maxStaleness, closesWhenStale: whenStale === 'close', closesWhenExpired: whenExpired !== 'warn' }
  const { clock, enforcers, keeps = true } = deps
  const onEvent: PolicyStoreOptions['onEvent'] = (event, before, asking) => onPolicyEvent({ event, before, asking }, log, deps)
  try {
    return await PolicyStore.open({ keys, signatures, state, keeps, enforcers, clock, onEvent, ...age })
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    problems.push(environment(error.message))
    return null
  }
}

async function firstPolicy(
  store: PolicyStore,
  config: Config,
  options: PolicyOptions,
  signal: AbortSignal | undefined,
): Promise<BundleSource | null> {
  if (options.bundle !== undefined) {
    await store.activate(options.bundle)
    return null
  }
  if (config.bundle === null || signal?.aborted) return null
  const source = followSource(store, sourceOptions(config.bundle.source, options.watchInterval))
  // A server may be silent for a minute.
  const stop = () => void source.close()
  signal?.addEventListener('abort', stop, { once: true })
  await source.ready
  signal?.removeEventListener('abort', stop)
  return source
}

function sourceOptions(source: BundleSourceConfig, interval: number | undefined): SourceOptions {
  const read = (ref: SecretRef | null) => ref && (() => sourceSecret(ref))
  switch (source.kind) {
    case 'file':
      return interval === undefined ? source : { ...source, interval }
    case 'https':
      return { ...source, token: read(source.token) }
    case 'oci':
      return { ...source, password: read(source.password) }
  }
}

/** Neither the source nor what was kept gave one. */
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

/** Without a query, which may be what lets one in. */
function nameOf(source: BundleSourceConfig): string {
  return source.kind === 'file' ? source.file : source.url.replace(/\?.*/, '')
}

type Told = Parameters<NonNullable<PolicyStoreOptions['onEvent']>>

function onPolicyEvent(
  { event, before, asking }: { readonly event: Told[0]; readonly before: Told[1]; readonly asking: Told[2] },
  log: Log,
  { onLoad, note, clock }: PolicyDeps,
): void {
  const by = asking === null ? {} : { by: asking.by }
  const about = { asking, now: clock() }
  const none = { origin: null, revision: null, sequence: null, before }
  switch (event.kind) {
    case 'refused': {
      const { code, message } = event
      onLoad(code)
      log.error(`a bundle is refused: ${message}`, { code, ...by })
      return void note(policyChange({ change: 'refused', ...none }, { ...about, refusal: { code, message } }))
    }
    case 'released':
      log.info('a policy that was gone back from may be taken again', { revision: event.revision, ...by })
      return void note(policyChange({ change: 'released', ...none, revision: event.revision }, about))
    case 'unchanged':
      return void onLoad('unchanged')
    case 'activated': {
      const { revision, sequence, origin } = event
      onLoad('activated')
      log.info('a policy is active', { revision, sequence, origin, ...by })
      return void note(policyChange({ change: 'activated', origin, revision, sequence, before }, about))
    }
  }
}

function onDataEvent(event: DataEvent, log: Log, { onData, note, clock }: PolicyDeps): void {
  const { name, before, asking } = event
  const by = asking === null ? {} : { by: asking.by }
  const about = { asking, now: clock() }
  onData(name, event.kind)
  if (event.kind === 'taken') {
    const { version } = event
    log.info('data are taken', { name, version, ...by })
    return void note(dataChange({ change: 'taken', name, dataVersion: version, before }, about))
  }
  const { message } = event
  log.error(`data are refused: ${message}`, { name, ...by })
  const refusal = { code: 'data', message }
  note(dataChange({ change: 'refused', name, dataVersion: null, before }, { ...about, refusal }))
}
