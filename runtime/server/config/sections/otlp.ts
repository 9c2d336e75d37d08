import type { ConfigPath } from '../../../base/config-error.ts'
import type { SecretRef } from '../../../base/secret.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawSecret } from '../raw-config.ts'
import type { Reading } from './reading.ts'
import { record } from './record.ts'
import { readSecretRef } from './secret-ref.ts'

interface RawOtlp {
  readonly otlp?: string
  readonly headers?: Readonly<Record<string, RawSecret | undefined>>
  readonly encoding?: 'protobuf' | 'json'
}

interface Otlp {
  readonly url: string
  readonly headers: Readonly<Record<string, SecretRef>>
  readonly encoding: 'protobuf' | 'json'
}

/** Headers set by exports themselves. */
const OWN_HEADERS = /^(?:content-.*|transfer-encoding|connection|host|te|upgrade|expect|keep-alive|trailer)$/

export function readOtlp(raw: RawOtlp, signal: Signal, path: ConfigPath, reading: Reading): Otlp {
  const headers = Object.entries(raw.headers ?? {})
  for (const [name] of headers) {
    const at = [...path, 'headers', name]
    if (OWN_HEADERS.test(name.toLowerCase()))
      reading.problem(at, `${named(at)} is a header that the exporter sets itself: remove it`, true)
  }
  return {
    url: raw.otlp === undefined ? '' : readUrl(raw.otlp, signal, [...path, 'otlp'], reading),
    headers: record(headers.map(([name, secret]) => [name.toLowerCase(), readSecretRef(secret, reading)] as const)),
    encoding: raw.encoding ?? 'protobuf',
  }
}

type Signal = 'logs' | 'traces'

/** Returns the URL of a signal: the base URL with its path (OTLP specification, "OTLP/HTTP Request"). */
function readUrl(text: string, signal: Signal, path: ConfigPath, reading: Reading): string {
  const what = named(path)
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) reading.problem(path, `${what} must be a URL such as \`http://collector.example:4318\``)
  else if (url.username !== '' || url.password !== '')
    reading.problem(path, `${what} must not contain a user or a password: use \`headers\``)
  else if (url.search !== '' || url.hash !== '') reading.problem(path, `${what} must have neither a query nor a fragment`)
  else if (/\/v1\/(?:logs|traces)\/?$/.test(url.pathname))
    reading.problem(path, `${what} must be the address of the collector without \`/v1/${signal}\`, which the proxy adds`)
  else return `${url.origin}${url.pathname.replace(/\/+$/, '')}/v1/${signal}`
  return text
}
