import { isConnectionField, isOwnHeader } from '../../../../request/index.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { CustomConfig } from '../../../identity/identity-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import { checkTwice, items, type Reading, readDuration, readStartFile } from './reading.ts'

/** Reads the authentication plug-in of an identity; returns `null` if it has none. */
export function readCustom(raw: RawIdentity, path: ConfigPath, reading: Reading): CustomConfig | null {
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  if (!has('plugin')) {
    for (const key of ['headers', 'timeout'] as const)
      if (has(key)) reading.problem([...path, key], `${named([...path, key])} needs \`plugin\`: the file of the plug-in`, true)
    return null
  }
  if (!has('headers')) reading.problem(path, `${named(path)} needs \`headers\`: the headers that the plug-in receives`, true)
  const headers = items(raw.headers, [...path, 'headers']).map(([name, at]) => [name.toLowerCase(), at] as const)
  checkTwice(headers, reading)
  for (const [name, at] of headers)
    if (isNobodys(name))
      reading.problem(
        at,
        `${named(at)} is \`${name}\`, which holds no credential, as it belongs to the connection or is set by proxies: remove it`,
      )
  return {
    plugin: readStartFile(raw.plugin, reading),
    headers: headers.map(([name]) => name).sort(),
    timeout: readDuration(raw.timeout, [...path, 'timeout'], { otherwise: '1s', least: '10ms', most: '30s' }, reading),
    path,
  }
}

/** Headers that any client can send, but that look like a proxy's. */
function isNobodys(name: string): boolean {
  return (
    isConnectionField(name) || isOwnHeader(name) || /^(?:host|expect|content-.*|forwarded|x-forwarded-.*|x-real-ip)$/.test(name)
  )
}
