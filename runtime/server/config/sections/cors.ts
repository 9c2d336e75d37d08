import type { ConfigPath } from '../../../base/config-error.ts'
import type { CorsConfig } from '../../../proxy/cors/cors.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawCors } from '../raw-config.ts'
import { readOrigin } from './origin.ts'
import { checkTwice, items, type Reading, readDuration } from './reading.ts'

const ANY = '*'

export function readCors(raw: RawCors, path: ConfigPath, reading: Reading): CorsConfig {
  const credentials = raw.credentials ?? false
  const headers = items(raw.headers, [...path, 'headers']).map(([name, at]) => [name.toLowerCase(), at] as const)
  const expose = items(raw.expose, [...path, 'expose'])
  const methods = items(raw.methods, [...path, 'methods'])
  for (const list of [headers, expose, methods]) checkTwice(list, reading)
  return {
    origins: readOrigins(raw, path, credentials, reading),
    methods: raw.methods === undefined ? null : methods.map(([method]) => method),
    headers: raw.headers === undefined ? ['authorization', 'content-type'] : headers.map(([name]) => name),
    expose: expose.map(([name]) => name),
    credentials,
    maxAge: readDuration(raw.maxAge, [...path, 'maxAge'], { otherwise: '10m', most: '24h' }, reading),
  }
}

function readOrigins(raw: RawCors, path: ConfigPath, credentials: boolean, reading: Reading): CorsConfig['origins'] {
  const at = [...path, 'origins']
  const texts = items(raw.origins, at)
  if (texts.every(([text]) => text !== ANY)) {
    for (const [text, where] of texts)
      if (text.includes(ANY)) reading.problem(where, `${named(where)} must not contain \`*\`: list each origin`)
    const origins = texts.map(([text, where]) => [readOrigin(text, where, reading), where] as const)
    checkTwice(origins, reading)
    return origins.map(([origin]) => origin)
  }
  if (texts.length > 1) reading.problem(at, `${named(at)} must not list other origins beside \`*\`, which is every origin`)
  else if (credentials)
    reading.problem(at, `${named(at)} must not be every origin with \`credentials\`: any page could act as its visitor`)
  return ANY
}
