import { parseAddress } from '../../../../request/index.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawServiceTls } from '../raw-config.ts'
import { readKeyPair } from './listener-tls.ts'
import { type Reading, readPath } from './reading.ts'

/**
 * Reads the section `tls` of a service.
 *
 * @param upstreams origins of the service, with their paths in the configuration
 */
export function readServiceTls(
  raw: RawServiceTls,
  path: ConfigPath,
  upstreams: readonly (readonly [string, ConfigPath])[],
  reading: Reading,
): ServiceTlsConfig {
  const plain = upstreams.find(([origin]) => origin.startsWith('http:'))
  if (plain !== undefined)
    reading.problem(plain[1], `${named(plain[1])} must begin with \`https:\`, because the service has \`tls\``)
  const pair = 'cert' in raw || 'key' in raw
  for (const key of ['cert', 'key'])
    if (pair && !(key in raw)) reading.problem(path, `${named(path)} lacks \`${key}\`: add it`, true)
  const serverName = raw.serverName?.toLowerCase() ?? null
  if (serverName !== null && parseAddress(serverName) !== null)
    reading.problem([...path, 'serverName'], `${named([...path, 'serverName'])} must be a DNS name, not an IP address`)
  return {
    ca: raw.ca === undefined ? null : { file: readPath(raw.ca, reading), path: [...path, 'ca'] },
    pair: pair ? readKeyPair(raw, path, reading) : null,
    serverName,
  }
}
