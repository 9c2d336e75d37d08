import { instantiate, type Policy, PolicyError } from '../../policy/index.ts'
import type { Config } from '../config/index.ts'
import { loadBundle } from '../doctor/load-bundle.ts'
import { hostsOf } from '../service-hosts.ts'

export interface LoadedPolicy {
  /** The policy of the configured bundle; `null` if there is none that the proxy would take. */
  readonly policy: Policy | null
  /** Why there is no policy; `null` if there is one. */
  readonly problem: string | null
}

/**
 * Loads the policy of the configured bundle, which says what claims an identity must have.
 *
 * @param offline whether to read only files
 * @param timeout milliseconds for fetching the bundle
 */
export async function loadPolicy(config: Config, offline: boolean, timeout: number): Promise<LoadedPolicy> {
  const loaded = await loadBundle(config, AbortSignal.timeout(timeout), offline)
  if (loaded.kind === 'none') return { policy: null, problem: 'the configuration has no bundle' }
  const { name } = loaded
  if (loaded.kind === 'unreadable') return { policy: null, problem: `no bundle from \`${name}\`: ${loaded.message}` }
  if (loaded.bundle === null) return { policy: null, problem: `the bundle \`${name}\` is not valid: run \`iap doctor\`` }
  try {
    return { policy: instantiate(loaded.bundle, { hosts: hostsOf(config) }), problem: null }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { policy: null, problem: `the policy of \`${name}\` is not valid: ${error.message}` }
  }
}
