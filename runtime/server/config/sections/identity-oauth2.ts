import type { ConfigPath } from '../../../base/config-error.ts'
import { type OAuth2Config, sourceOf } from '../../../identity/methods/oauth2/oauth2-config.ts'
import type { RawIdentity } from '../raw-config.ts'
import type { Towards } from './identity-client.ts'
import { readDpop } from './identity-dpop.ts'
import { readMfa } from './identity-mfa.ts'
import { items, type Reading, readDuration } from './reading.ts'

/**
 * Reads the token introspection settings of an identity. `issuer`, `clientId`, `audience` and `introspection` are validated
 * elsewhere.
 */
export function readOAuth2(raw: RawIdentity, { client, tls }: Towards, path: ConfigPath, reading: Reading): OAuth2Config {
  const at = (key: string): ConfigPath => [...path, key]
  return {
    issuer: raw.issuer ?? '',
    audience: typeof raw.audience === 'string' ? [raw.audience] : items(raw.audience, at('audience')).map(([text]) => text),
    introspection: raw.introspection ?? null,
    clientId: raw.clientId ?? '',
    client,
    tls,
    prefix: raw.prefix ?? null,
    cache: readDuration(raw.cache, at('cache'), { otherwise: '60s', most: '1h' }, reading),
    clockSkew: readDuration(raw.clockSkew, at('clockSkew'), { otherwise: '30s', most: '5m' }, reading),
    dpop: readDpop(raw),
    mfa: readMfa(raw, path, reading),
  }
}

/**
 * Checks that `audience` and `prefix` tell apart the tokens of all identities that use token introspection. Otherwise, a token
 * could be sent to the introspection server of another identity.
 */
export function checkWhomToAsk(identities: readonly (readonly [string, OAuth2Config])[], reading: Reading): void {
  for (const [index, [name, config]] of identities.entries()) {
    for (const [other, before] of identities.slice(0, index)) {
      const path = ['identities', name]
      if (sourceOf(config) === sourceOf(before)) {
        const common = before.audience.find((text) => config.audience.includes(text))
        if (common === undefined && before.audience.length > 0 && config.audience.length > 0) continue
        const why = common === undefined ? 'one of them has no `audience`' : `both have the audience \`${common}\``
        reading.problem(path, `\`${name}\` and \`${other}\` use the same server, and ${why}: tokens would match both`, true)
        break
      }
      if (areApart(config.prefix, before.prefix)) continue
      const message =
        `\`${name}\` and \`${other}\` use different servers: each needs a \`prefix\` that its tokens begin with ` +
        "and no other's, or one server would be shown the tokens of the other"
      reading.problem(path, message, true)
      break
    }
  }
}

function areApart(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && !a.startsWith(b) && !b.startsWith(a)
}
