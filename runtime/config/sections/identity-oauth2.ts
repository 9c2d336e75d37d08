import type { ClientConfig, OAuth2Config } from '../../identity/oauth2/oauth2-config.ts'
import { sourceOf } from '../../identity/oauth2/source-of.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import type { Path } from '../read-yaml.ts'
import { readDpop } from './identity-dpop.ts'
import { items, type Reading, readDuration, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'
import { readServiceTls } from './service-tls.ts'

/** Keys of which each says by itself that the issuer is asked about tokens. */
export const OAUTH2_KEYS: readonly (keyof RawIdentity)[] = [
  'clientId',
  'clientSecret',
  'clientKey',
  'introspection',
  'cache',
  'prefix',
  'tls',
]

/** `issuer`, `audience` and `introspection` are checked elsewhere. */
export function readOAuth2(raw: RawIdentity, path: Path, reading: Reading): OAuth2Config {
  const at = (key: string): Path => [...path, key]
  for (const key of ['issuer', 'clientId'] as const)
    if (!Object.hasOwn(raw, key)) reading.problem(path, `${named(path)} lacks \`${key}\``, true)
  const tls = raw.tls === undefined ? null : readServiceTls(raw.tls, at('tls'), [], reading)
  return {
    issuer: raw.issuer ?? '',
    audience: typeof raw.audience === 'string' ? [raw.audience] : items(raw.audience, at('audience')).map(([text]) => text),
    introspection: raw.introspection ?? null,
    clientId: raw.clientId ?? '',
    client: readClient(raw, path, reading),
    tls,
    prefix: raw.prefix ?? null,
    cache: readDuration(raw.cache, at('cache'), { otherwise: '60s', most: '1h' }, reading),
    clockSkew: readDuration(raw.clockSkew, at('clockSkew'), { otherwise: '30s', most: '5m' }, reading),
    dpop: readDpop(raw),
  }
}

/** By the one thing of which there is no doubt that it is meant. */
function readClient(raw: RawIdentity, path: Path, reading: Reading): ClientConfig {
  const { clientSecret, clientKey } = raw
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  if (has('clientSecret') && has('clientKey'))
    reading.problem([...path, 'clientKey'], `${named(path)} has either \`clientSecret\` or \`clientKey\``, true)
  if (has('clientSecret')) return { kind: 'secret', secret: readSecretRef(clientSecret, reading) }
  if (has('clientKey')) return { kind: 'key', file: readPath(clientKey, reading) }
  if (!has('tls') || (raw.tls !== undefined && !('cert' in raw.tls)))
    reading.problem(
      path,
      `${named(path)} lacks what shows that the proxy is the client: \`clientSecret\`, \`clientKey\`, or \`tls\` with \`cert\` and \`key\``,
      true,
    )
  return { kind: 'certificate' }
}

/** A token must say by itself whom to ask about it: whoever is asked has it then. */
export function checkWhomToAsk(identities: readonly (readonly [string, OAuth2Config])[], reading: Reading): void {
  for (const [index, [name, config]] of identities.entries()) {
    for (const [other, before] of identities.slice(0, index)) {
      const path = ['identities', name]
      if (sourceOf(config) === sourceOf(before)) {
        const common = before.audience.find((text) => config.audience.includes(text))
        if (common === undefined && before.audience.length > 0 && config.audience.length > 0) continue
        const why = common === undefined ? 'one of them has no `audience`' : `both have the audience \`${common}\``
        reading.problem(path, `\`${name}\` and \`${other}\` ask the same server, and ${why}: a token could be either's`, true)
        break
      }
      if (areApart(config.prefix, before.prefix)) continue
      const message = `\`${name}\` and \`${other}\` ask different servers: each needs a \`prefix\` with which its tokens begin and no other's, or one server would be shown the tokens of the other`
      reading.problem(path, message, true)
      break
    }
  }
}

function areApart(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && !a.startsWith(b) && !b.startsWith(a)
}
