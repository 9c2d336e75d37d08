import type { BundleConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readPath } from './reading.ts'

/** Under `--dev` the policy is compiled from its sources, so nothing of it is needed. */
export function readBundleConfig(config: RawConfig, reading: Reading): BundleConfig | null {
  const { bundle } = config
  if (bundle === undefined) {
    if (!reading.dev && !('bundle' in config))
      reading.problem([], 'the configuration lacks `bundle`: the compiled policy, and who may have signed it', true)
    return null
  }
  const { source, keys, signatures = 1, state } = bundle
  if (source !== undefined && /^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(source))
    reading.problem(['bundle', 'source'], `\`${source}\` is no file, and bundles from elsewhere are not in this version`)
  if (!reading.dev) {
    if (!('keys' in bundle))
      reading.problem(['bundle'], '`bundle` lacks `keys`: the public keys of those who may have signed it', true)
    if (!('state' in bundle))
      reading.problem(
        ['bundle'],
        '`bundle` lacks `state`: a folder that keeps a restart from going back to an older bundle',
        true,
      )
  }
  return {
    source: readPath(source, reading),
    keys: items(keys, ['bundle', 'keys']).map(([path]) => readPath(path, reading)),
    signatures,
    state: state === undefined ? null : readPath(state, reading),
  }
}
