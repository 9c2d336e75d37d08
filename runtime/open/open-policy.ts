import { type Config, checkBindings, renderConfigError } from '../config/index.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../observe/index.ts'
import {
  type FileWatch,
  followFile,
  type Policy,
  type PolicyEvent,
  PolicyStore,
  type PublicKey,
  StateError,
} from '../policy/index.ts'
import { readKeys, tooFewKeys } from '../read-keys.ts'
import { hostsOf } from '../service-hosts.ts'
import { content, environment, type Problem } from '../startup-error.ts'

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

export interface OpenedPolicy {
  /** Null where there are problems, as it may be with some, too. */
  readonly store: PolicyStore | null
  /** Null: no file is followed. */
  readonly watch: FileWatch | null
  readonly problems: readonly Problem[]
}

/** The policy that counts first, and what follows its file. */
export async function openPolicy(
  config: Config,
  options: PolicyOptions,
  { clock, metrics }: { readonly clock: () => number; readonly metrics: Metrics },
): Promise<OpenedPolicy> {
  const problems: Problem[] = []
  const keys = await keysOf(config, options, problems)
  // What no key vouches for is not looked at.
  const store =
    keys === null ? null : await openStore(config, keys, clock, (event) => onPolicyEvent(event, options.log, metrics), problems)
  const watch = store && (await firstPolicy(store, config, options))
  if (store !== null && store.current === null) problems.push(...noPolicy(store, config))
  return { store, watch, problems }
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

async function firstPolicy(store: PolicyStore, config: Config, options: PolicyOptions): Promise<FileWatch | null> {
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
