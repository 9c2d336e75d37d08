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
  const { names } = family
  const values: (string | undefined)[] = names.map(() => undefined)
  const isMerged = original === 'request-line'
  // The host is known at the end.
  const rest = ['host', '']
  for (let i = 0; i < check.rawHeaders.length; i += 2) {
    const name = check.rawHeaders[i] as string
    const value = trimmed(check.rawHeaders[i + 1] ?? '')
    const lower = name.toLowerCase()
    const at = names.indexOf(lower)
    if (at !== -1) {
      if (values[at] !== undefined) return faultOf('check-header-repeated', family.written[at])
      values[at] = value
    } else if (lower === 'connection') {
      // The front may or may not have removed other fields that it names.
      if (!namesOnlyConnectionFields(value)) return faultOf('check-header-invalid', 'Connection')
    } else if (lower === 'upgrade') {
      // A front that switches to another protocol, such as `h2c`, passes on requests that nobody decides on.
      if (value.toLowerCase() !== 'websocket') return faultOf('check-header-invalid', 'Upgrade')
      rest.push(name, value)
    } else if (!isOfCheck(lower)) {
      // Nearly no value has a comma, and then no list of lines is made.
      if (isMerged && value.includes(',')) rest.push(...mergedLines(name, value))
      else rest.push(name, value)
    }
  }
  const missing = values.indexOf(undefined)
  if (missing !== -1) return faultOf('check-header-missing', family.written[missing])
  const stated = family.read(check, values as string[], prefix)
  if ('code' in stated) return stated
  const { method, target, host, scheme } = stated
  rest[1] = host
  const addresses = (values.at(-1) as string).split(',')
  const peer = trimmed(addresses.pop() as string)
  // What the client sent, for the proxies that `trust` lists.
  if (addresses.length > 0) rest.push(SOURCE, addresses.join(','))
  return { method, target, scheme, host, rawHeaders: rest, peer }
}

const SOURCE = 'x-forwarded-for'

type Stated = Pick<OriginalRequest, 'method' | 'target' | 'scheme' | 'host'>

interface Family {
  /** The names of its headers in lower case, with `x-forwarded-for` last, and as they are written. */
  readonly names: readonly string[]
  readonly written: readonly string[]
  /** @param values of the headers of `names` */
  read(check: CheckHead, values: readonly string[], prefix: string): Stated | Refusal
}

const FAMILIES: Readonly<Record<OriginalHeaders, Family>> = {
  'x-forwarded': {
    ...namesOf('X-Forwarded-Method', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Uri'),
    read(_, [method = '', proto, host = '', target = '']) {
      const scheme = schemeOf(proto)
      if (scheme === undefined) return faultOf('check-header-invalid', 'X-Forwarded-Proto')
      return { method, target, scheme, host }
    },
  },
  'x-original': {
    ...namesOf('X-Original-Method', 'X-Original-URL'),
    read(_, [method = '', url = '']) {
      // nginx joins `$scheme://$http_host$request_uri`. A host has no `/`, so nothing in it can pass for a part of the path.
      const [, scheme, host, target] = /^(https?):\/\/([^/]*)(\/.*)$/s.exec(url) ?? []
      if (scheme === undefined || host === undefined || target === undefined)
        return faultOf('check-header-invalid', 'X-Original-URL')
      return { method, target, scheme: scheme as 'http' | 'https', host }
    },
  },
  'request-line': {
    ...namesOf('Host', 'X-Forwarded-Proto'),
    read({ method, target }, [host = '', proto], prefix) {
      const scheme = schemeOf(proto)
      if (scheme === undefined) return faultOf('check-header-invalid', 'X-Forwarded-Proto')
      const isWithin = target.startsWith(prefix) && (prefix === '' || target.charAt(prefix.length) === '/')
      if (!isWithin) return faultOf('check-prefix')
      return { method, target: target.slice(prefix.length), scheme, host }
    },
  },
}

function namesOf(...others: readonly string[]): Pick<Family, 'names' | 'written'> {
  const written = [...others, 'X-Forwarded-For']
  return { names: written.map((name) => name.toLowerCase()), written }
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
