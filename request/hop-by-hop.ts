import type { CanonicalHeaders } from './canonical-request.ts'
import { isOwnHeader } from './own-header.ts'

/**
 * Returns the lower-case names of fields that are never forwarded: those of RFC 9110 §7.6.1 and those that `Connection` names.
 * `Connection` has no effect on `host`, framing, a forwarded certificate or a header of the proxy: a client must not remove
 * information that the proxy sends to the service.
 */
export function hopByHop(headers: CanonicalHeaders): ReadonlySet<string> {
  const options = connectionOptions(headers)
  if (options.every(isConnectionField)) return connectionFields
  const names = new Set(connectionFields)
  for (const name of options) if (!isKept(name)) names.add(name)
  return names
}

const connectionFields: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Returns whether a field (lower case) belongs to the connection even if `Connection` does not name it. */
export function isConnectionField(name: string): boolean {
  return connectionFields.has(name)
}

/** Returns whether a header is kept even if `Connection` lists it as an option. */
export function isKept(name: string): boolean {
  return name === 'host' || name === 'content-length' || certificates.has(name) || isOwnHeader(name)
}

/** A proxy reports its client's certificate here, which its client must not be able to remove. */
const certificates: ReadonlySet<string> = new Set(['x-forwarded-client-cert', 'client-cert', 'client-cert-chain'])

/** Returns the options of the `Connection` lines in lower case. `close` is an option, not a field. */
export function connectionOptions(headers: CanonicalHeaders): readonly string[] {
  const count = headers.count('connection')
  if (count === 0) return none
  if (count === 1) return optionsOf(headers.get('connection') ?? '')
  const options: string[] = []
  for (const [name, value] of headers.entries()) if (name === 'connection') options.push(...optionsOf(value))
  return options
}

/** Returns whether a value of `Connection` names fields of the connection only, so that no other field is removed. */
export function namesOnlyConnectionFields(value: string): boolean {
  return optionsOf(value).every(isConnectionField)
}

const none: readonly string[] = []

function optionsOf(value: string): readonly string[] {
  const options: string[] = []
  for (const part of value.toLowerCase().split(',')) {
    const option = part.trim()
    if (option !== '' && option !== 'close') options.push(option)
  }
  return options
}
