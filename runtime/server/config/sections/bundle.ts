import { isLoopback } from '../../../base/address.ts'
import { parseReference } from '../../../policy/source/reference.ts'
import type { BundleConfig, BundleSourceConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readDuration, readPath, readStartFile } from './reading.ts'
import { readRedisEndpoint } from './redis.ts'
import { readSecretRef } from './secret-ref.ts'

type RawBundle = NonNullable<RawConfig['bundle']>

/** Reads the section `bundle`. It is optional with `--dev`, which compiles the policy from its sources. */
export function readBundleConfig(config: RawConfig, reading: Reading): BundleConfig | null {
  const { bundle } = config
  if (bundle === undefined) {
    if (!reading.dev && !('bundle' in config))
      reading.problem([], 'the configuration needs `bundle`: the compiled policy, and the keys that may sign it', true)
    return null
  }
  const { keys, signatures = 1, state, notice, maxStaleness, whenStale = 'warn', whenExpired = 'close' } = bundle
  if (!reading.dev) {
    if (!('keys' in bundle)) reading.problem(['bundle'], '`bundle` needs `keys`: the public keys that may sign it', true)
    if (!('state' in bundle))
      reading.problem(['bundle'], '`bundle` needs `state`: a folder that prevents a restart from loading an older bundle', true)
  }
  if (whenStale === 'close' && !('maxStaleness' in bundle))
    reading.problem(['bundle', 'whenStale'], '`bundle.whenStale` needs `bundle.maxStaleness`')
  const redis = readRedisEndpoint(notice?.redis, ['bundle', 'notice', 'redis'], config, reading)
  const limits = { otherwise: '1d', least: '10s', most: '365d' }
  return {
    source: readSource(bundle, reading),
    keys: items(keys, ['bundle', 'keys']).map(([path]) => readStartFile(path, reading)),
    signatures,
    state: state === undefined ? null : readPath(state, reading),
    notice: notice === undefined ? null : { redis, channel: notice.channel ?? 'iap:bundles' },
    maxStaleness: maxStaleness === undefined ? null : readDuration(maxStaleness, ['bundle', 'maxStaleness'], limits, reading),
    whenStale,
    whenExpired,
  }
}

/** Keys that do not apply to a kind of source. */
const OF_SERVERS = ['poll', 'longPoll', 'token', 'username', 'password', 'notice'] as const
const NOT_WITH: Readonly<Record<BundleSourceConfig['kind'], readonly (typeof OF_SERVERS)[number][]>> = {
  file: OF_SERVERS,
  https: ['username', 'password'],
  oci: ['longPoll', 'token'],
}

function readSource(bundle: RawBundle, reading: Reading): BundleSourceConfig {
  const source = readOne(bundle, reading)
  for (const key of NOT_WITH[source.kind])
    if (Object.hasOwn(bundle, key))
      reading.problem(['bundle', key], `\`bundle.${key}\` cannot be used with ${KINDS[source.kind]}: remove it`, true)
  if (source.kind === 'oci' && Object.hasOwn(bundle, 'username') !== Object.hasOwn(bundle, 'password'))
    reading.problem(['bundle'], '`bundle.username` and `bundle.password` must be set together', true)
  return source
}

const KINDS = { file: 'a file', https: 'an HTTPS server', oci: 'a registry' } as const

function readOne(bundle: RawBundle, reading: Reading): BundleSourceConfig {
  const { source: url = '', poll, longPoll, token, username = null, password } = bundle
  // The URL may hold a password, so it is not quoted.
  const refuse = (why: string): BundleSourceConfig => {
    reading.problem(['bundle', 'source'], `\`bundle.source\` ${why}`)
    return { kind: 'file', file: '' }
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(url)?.[1]
  if (scheme === undefined) return { kind: 'file', file: readPath(url, reading) }
  const interval = readDuration(poll, ['bundle', 'poll'], { otherwise: '30s', least: '1s', most: '1d' }, reading)
  if (scheme === 'oci') {
    const parsed = parseReference(url)
    if (parsed === null) return refuse('is not a reference such as `oci://registry.example/shop/policies:production`')
    return { kind: 'oci', url, ...parsed, interval, username, password: password ? readSecretRef(password, reading) : null }
  }
  if (scheme !== 'https' && scheme !== 'http') return refuse('is neither a file nor a URL with `https:` or `oci:`')
  if (!URL.canParse(url)) return refuse('is not a URL')
  const { protocol, hostname, username: user, password: secret, hash } = new URL(url)
  if (user !== '' || secret !== '' || hash !== '') return refuse('must not contain a user, a password or a fragment')
  if (protocol === 'http:' && !isLoopback(hostname)) return refuse('must be `https:`: `http:` is only allowed on this machine')
  const wait =
    longPoll === undefined
      ? 0
      : readDuration(longPoll, ['bundle', 'longPoll'], { otherwise: '30s', least: '1s', most: '4m' }, reading)
  return { kind: 'https', url, interval, wait, token: token ? readSecretRef(token, reading) : null }
}
