import { type BundleSourceConfig, type Config, checkBindings, renderConfigError, type SecretRef } from '../config/index.ts'
import type { Log } from '../log.ts'
import {
  type BundleSource,
  type Enforcers,
  followSource,
  hearNotices,
  type Policy,
  type PolicyEvent,
  PolicyStore,
  type PublicKey,
  type SlotOptions,
  type SourceOptions,
  StateError,
} from '../policy/index.ts'
import { readKeys, tooFewKeys } from '../read-keys.ts'
import { hostsOf } from '../service-hosts.ts'
import { content, environment, type Problem } from '../startup-error.ts'
import { sourceSecret, sourceSecretProblems } from './source-secret.ts'
import { watchStaleness } from './watch-staleness.ts'

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
  /** A bundle was tried: `activated`, `unchanged`, or the code of the refusal. */
  readonly onLoad: (result: string) => void
  /** Aborted: nobody waits for the first policy any more. */
  readonly signal?: AbortSignal
}

export interface OpenedPolicy {
  /** Null where there are problems, as it may be with some, too. */
  readonly store: PolicyStore | null
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

/** The policy that counts first, and what follows its file. */
export async function openPolicy(config: Config, options: PolicyOptions, deps: PolicyDeps): Promise<OpenedPolicy> {
  const problems: Problem[] = options.bundle === undefined ? sourceSecretProblems(config) : []
  const keys = await keysOf(config, options, problems)
  // What no key vouches for is not looked at.
  const store = keys === null ? null : await openStore(config, keys, options.log, deps, problems)
  const source = store && problems.length === 0 ? await firstPolicy(store, config, options, deps.signal) : null
  if (store !== null && problems.length === 0 && store.status.active === null) problems.push(...noPolicy(store, config))
  const look = () => source?.look()
  const { notice = null, maxStaleness = null } = config.bundle ?? {}
  const notices = notice && source && hearNotices(notice, options.log, look)
  const { enforcers } = deps
  const staleness = store && maxStaleness && watchStaleness(store, enforcers, options.log)
  return {
    store,
    problems,
    look,
    async close() {
      if (staleness) staleness()
      notices?.close()
      await source?.close()
    },
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
  { clock, enforcers, onLoad }: PolicyDeps,
  problems: Problem[],
): Promise<PolicyStore | null> {
  const { signatures = 1, state = null, maxStaleness = null, whenStale } = config.bundle ?? {}
  const staleness = { maxStaleness, closesWhenStale: whenStale === 'close' }
  const onEvent = (event: PolicyEvent) => onPolicyEvent(event, log, onLoad)
  try {
    return await PolicyStore.open({ keys, signatures, state, enforcers, clock, onEvent, ...staleness })
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

function onPolicyEvent(event: PolicyEvent, log: Log, onLoad: (result: string) => void): void {
  if (event.kind === 'refused') {
    onLoad(event.code)
    log.error(`a bundle is refused: ${event.message}`, { code: event.code })
    return
  }
  onLoad(event.kind)
  if (event.kind === 'activated') {
    const { revision, sequence, origin } = event
    log.info('a policy is active', { revision, sequence, origin })
  }
}
