import { isConnectionField, namesOnlyConnectionFields, type Refusal } from '../../../../request/index.ts'
import type { OriginalRequest as OriginalHeaders, SentHeaders } from '../check-config.ts'
import { mergedLines } from '../merged-lines.ts'
import { faultOf } from './check-fault.ts'

/** The parts of a check that state the original request. */
export interface CheckHead {
  readonly method: string
  readonly target: string
  /** Flat list of names and values, as received. */
  readonly rawHeaders: readonly string[]
}

/** The request about which a front asks, as the front states it. Its parts are not parsed yet. */
export interface OriginalRequest {
  readonly method: string
  readonly target: string
  readonly scheme: 'http' | 'https'
  /** As the front states it. */
  readonly host: string
  /** The client's headers with the original `Host`, as a flat list of names and values. */
  readonly rawHeaders: readonly string[]
  /** Address of the peer that the front saw: the last one of `X-Forwarded-For`. */
  readonly peer: string
}

export interface OriginalOptions extends SentHeaders {
  readonly original: OriginalHeaders
  /** Path before the original path in the target of checks; read for `request-line` only. */
  readonly prefix: string
}

/**
 * Returns the request about which a front asks. It is read from the configured family of headers alone, each of which must occur
 * once; headers of other families are ordinary headers of the client. Envoy, which asks by the request line, merges the lines of
 * a name.
 */
export function readOriginal(check: CheckHead, { original, prefix }: OriginalOptions): OriginalRequest | Refusal {
  const family = FAMILIES[original]
  const values: Record<string, string> = Object.create(null)
  const rest: string[] = []
  for (let i = 0; i < check.rawHeaders.length; i += 2) {
    const name = check.rawHeaders[i] as string
    const value = trimmed(check.rawHeaders[i + 1] ?? '')
    const lower = name.toLowerCase()
    if (family.names.has(lower)) {
      if (lower in values) return faultOf('check-header-repeated', family.names.get(lower))
      values[lower] = value
    } else if (lower === 'connection') {
      // The front may or may not have removed other fields that it names.
      if (!namesOnlyConnectionFields(value)) return faultOf('check-header-invalid', 'Connection')
    } else if (lower === 'upgrade') {
      // A front that switches to another protocol, such as `h2c`, passes on requests that nobody decides on.
      if (value.toLowerCase() !== 'websocket') return faultOf('check-header-invalid', 'Upgrade')
      rest.push(name, value)
    } else if (!isOfCheck(lower)) {
      if (original === 'request-line') rest.push(...mergedLines(name, value))
      else rest.push(name, value)
    }
  }
  for (const [lower, name] of family.names) if (!(lower in values)) return faultOf('check-header-missing', name)
  const stated = family.read(check, values, prefix)
  if ('code' in stated) return stated
  const { method, target, host, scheme } = stated
  const addresses = (values[SOURCE] as string).split(',')
  const peer = trimmed(addresses.pop() as string)
  // What the client sent, for the proxies that `trust` lists.
  if (addresses.length > 0) rest.push(SOURCE, addresses.join(','))
  return { method, target, scheme, host, rawHeaders: ['host', host, ...rest], peer }
}

const SOURCE = 'x-forwarded-for'

type Stated = Pick<OriginalRequest, 'method' | 'target' | 'scheme' | 'host'>

interface Family {
  /** The names of its headers as they are written, by their lower-case form. */
  readonly names: ReadonlyMap<string, string>
  read(check: CheckHead, values: Readonly<Record<string, string>>, prefix: string): Stated | Refusal
}

const FAMILIES: Readonly<Record<OriginalHeaders, Family>> = {
  'x-forwarded': {
    names: namesOf('X-Forwarded-Method', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Uri', 'X-Forwarded-For'),
    read(_, values) {
      const scheme = schemeOf(values['x-forwarded-proto'])
      if (scheme === undefined) return faultOf('check-header-invalid', 'X-Forwarded-Proto')
      const { 'x-forwarded-method': method = '', 'x-forwarded-uri': target = '', 'x-forwarded-host': host = '' } = values
      return { method, target, scheme, host }
    },
  },
  'x-original': {
    names: namesOf('X-Original-Method', 'X-Original-URL', 'X-Forwarded-For'),
    read(_, values) {
      const { 'x-original-method': method = '', 'x-original-url': url = '' } = values
      // nginx joins `$scheme://$http_host$request_uri`. A host has no `/`, so nothing in it can pass for a part of the path.
      const [, scheme, host, target] = /^(https?):\/\/([^/]*)(\/.*)$/s.exec(url) ?? []
      if (scheme === undefined || host === undefined || target === undefined)
        return faultOf('check-header-invalid', 'X-Original-URL')
      return { method, target, scheme: scheme as 'http' | 'https', host }
    },
  },
  'request-line': {
    names: namesOf('Host', 'X-Forwarded-Proto', 'X-Forwarded-For'),
    read({ method, target }, values, prefix) {
      const scheme = schemeOf(values['x-forwarded-proto'])
      if (scheme === undefined) return faultOf('check-header-invalid', 'X-Forwarded-Proto')
      const isWithin = target.startsWith(prefix) && (prefix === '' || target.charAt(prefix.length) === '/')
      if (!isWithin) return faultOf('check-prefix')
      const { host = '' } = values
      return { method, target: target.slice(prefix.length), scheme, host }
    },
  },
}

function namesOf(...names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

/** Traefik states other schemes for WebSockets. */
function schemeOf(value: string | undefined): 'http' | 'https' | undefined {
  if (value === 'https' || value === 'wss') return 'https'
  return value === 'http' || value === 'ws' ? 'http' : undefined
}

/**
 * Removes optional white space (RFC 9110 §5.6.3). `trim` would also remove the byte 0xA0, so that the request would be decided
 * without a byte that its service gets.
 */
function trimmed(value: string): string {
  let [from, to] = [0, value.length]
  while (from < to && isWhiteSpace(value.charCodeAt(from))) from++
  while (to > from && isWhiteSpace(value.charCodeAt(to - 1))) to--
  return value.slice(from, to)
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Whether a header describes the check itself, and not the client's request. */
function isOfCheck(name: string): boolean {
  return name === 'host' || name === 'content-length' || name === 'expect' || isHop(name)
}

/** `Proxy-Authorization` may be the client's, and is refused if repeated. */
function isHop(name: string): boolean {
  return isConnectionField(name) && name !== 'proxy-authorization' && name !== 'proxy-authenticate'
}
