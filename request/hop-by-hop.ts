import type { CanonicalHeaders } from './canonical-request.ts'
import { isOwnHeader } from './own-header.ts'

/**
 * The lower-case names of the fields that concern this connection alone and are never forwarded: those of RFC 9110 §7.6.1 and
 * those that `Connection` names. Naming `host`, framing, a certificate that is handed on, or a header of the proxy takes nothing
 * away: what the proxy sets toward the service is not the client's to remove.
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

/** Is that field (lower case) of the connection, whether `Connection` names it or not? */
export function isConnectionField(name: string): boolean {
  return connectionFields.has(name)
}

/** Does that field (lower case) stay although `Connection` names it? */
export function isKept(name: string): boolean {
  return name === 'host' || name === 'content-length' || certificates.has(name) || isOwnHeader(name)
}

/** A proxy says there whose certificate it has seen: that is not for its client to take away. */
const certificates: ReadonlySet<string> = new Set(['x-forwarded-client-cert', 'client-cert', 'client-cert-chain'])

/** What the `Connection` lines list, in lower case. `close` is an option and no field. */
export function connectionOptions(headers: CanonicalHeaders): readonly string[] {
  const count = headers.count('connection')
  if (count === 0) return none
  if (count === 1) return optionsOf(headers.get('connection') ?? '')
  const options: string[] = []
  for (const [name, value] of headers.entries()) if (name === 'connection') options.push(...optionsOf(value))
  return options
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
