import type { ConfigPath } from '../../../base/config-error.ts'
import type { ClientConfig } from '../../../identity/provider/oauth-client.ts'
import type { ExchangeConfig } from '../../../identity/token-exchange/ask-exchange.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawExchange } from '../raw-config.ts'
import { checkIssuerUrl } from './identities.ts'
import { checkTwice, items, type Reading, readStartFile } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

export function readExchange(raw: RawExchange, path: ConfigPath, reading: Reading): ExchangeConfig {
  const has = (key: keyof RawExchange) => Object.hasOwn(raw, key)
  const list = (key: 'audience' | 'resource' | 'scopes') => {
    const value = raw[key]
    const found = typeof value === 'string' ? [[value, [...path, key]] as const] : items(value, [...path, key])
    checkTwice(found, reading)
    return found.map(([text]) => text)
  }
  checkIssuerUrl(raw.issuer, [...path, 'issuer'], reading)
  if (!has('audience') && !has('resource'))
    reading.problem(path, `${named(path)} needs the target of the token: \`audience\` or \`resource\``, true)
  return {
    issuer: raw.issuer ?? '',
    clientId: raw.clientId ?? '',
    client: readClient(raw, path, reading),
    audience: list('audience'),
    resource: list('resource'),
    scopes: list('scopes'),
    withoutToken: raw.withoutToken === 'pass' ? 'pass' : 'refuse',
  }
}

function readClient(raw: RawExchange, path: ConfigPath, reading: Reading): ClientConfig {
  const [secret, key] = [Object.hasOwn(raw, 'clientSecret'), Object.hasOwn(raw, 'clientKey')]
  if (secret === key) {
    const why = secret
      ? 'must have either `clientSecret` or `clientKey`, not both'
      : 'needs client authentication: set either `clientSecret` or `clientKey`'
    reading.problem(secret ? [...path, 'clientKey'] : path, `${named(path)} ${why}`, true)
  }
  return key
    ? { kind: 'key', file: readStartFile(raw.clientKey, reading) }
    : { kind: 'secret', secret: readSecretRef(raw.clientSecret, reading) }
}
