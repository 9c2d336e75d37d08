import { type ConfigPath, quoted } from '../../../base/config-error.ts'
import type { CheckClients, CheckConfig } from '../../../proxy/checks/check-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawListener } from '../raw-config.ts'
import { checkTwice, items, type Reading, readRanges } from './reading.ts'
import { isUnixText } from './unix-address.ts'

type Keys = readonly (readonly [key: keyof RawListener, reason: string])[]

const DECIDES = 'is for listeners that decide (`protocol: ext-authz` or `forward-auth`): remove it'

/** Keys that a listener of a protocol must not have. */
const UNFIT: Readonly<Record<NonNullable<RawListener['protocol']>, Keys>> = {
  proxy: [
    ['clients', `${DECIDES}, or use \`trust\` for proxies that forward requests to this one`],
    ['original', DECIDES],
    ['prefix', DECIDES],
    ['allHeaders', DECIDES],
  ],
  'ext-authz': [
    ['http2', 'is for `protocol: proxy`, as gRPC always uses HTTP/2: remove it'],
    ['original', 'is for `protocol: forward-auth`, as a check of `ext-authz` holds the original request: remove it'],
    ['prefix', 'is for `protocol: forward-auth` with `original: request-line`: remove it'],
  ],
  'forward-auth': [['http2', 'is for `protocol: proxy`, as checks of `forward-auth` use HTTP/1.1: remove it']],
}

/** Keys that a Unix socket must not have. */
const UNFIT_UNIX: Keys = [
  ['clients', 'is not for Unix sockets, where `mode` and `group` say who may ask: remove it'],
  ['tls', 'is not for Unix sockets, which nobody else on the way can read: remove it'],
  ['fd', 'is for TCP sockets: remove it, as the proxy makes Unix sockets itself'],
]

/** Reports keys of a listener that do not fit its protocol or its address. */
export function checkProtocol(raw: RawListener, path: ConfigPath, reading: Reading): void {
  // An invalid protocol was reported, and says nothing about other keys.
  if ('protocol' in raw && raw.protocol === undefined) return
  const { protocol = 'proxy', address } = raw
  const isUnix = isUnixText(address)
  for (const [key, reason] of isUnix && protocol !== 'proxy' ? [...UNFIT[protocol], ...UNFIT_UNIX] : UNFIT[protocol])
    if (key in raw) reading.problem([...path, key], `${named([...path, key])} ${reason}`, true)
  const at = [...path, 'address']
  if (isUnix && protocol === 'proxy')
    reading.problem(
      at,
      `${named(at)} must be a host and a port: only listeners that decide may use a Unix socket, ` +
        'on which the proxy would not see the addresses of clients',
    )
}

/** Reads the settings of a listener that decides; `null` if it forwards. */
export function readCheck(raw: RawListener, path: ConfigPath, reading: Reading): CheckConfig | null {
  const { protocol = 'proxy' } = raw
  if (protocol === 'proxy') return null
  const clients = readClients(raw, path, reading)
  checkTrust(raw, path, reading)
  const { original = 'x-forwarded', prefix = '', allHeaders = false } = raw
  if (protocol === 'ext-authz') return { protocol, clients, allHeaders }
  checkForwardAuth(raw, path, reading)
  return { protocol, clients, original, prefix, allHeaders }
}

/** The family of headers is never guessed: a client could send those of another one. */
function checkForwardAuth(raw: RawListener, path: ConfigPath, reading: Reading): void {
  const { original } = raw
  if (!('original' in raw))
    reading.problem(
      path,
      `${named(path)} lacks \`original\`: add \`x-forwarded\`, \`x-original\` or \`request-line\`, ` +
        'by which the asking proxy names the original request',
      true,
    )
  if (original === undefined || original === 'request-line') return
  for (const key of ['prefix', 'allHeaders'] as const) {
    const at = [...path, key]
    if (key in raw) reading.problem(at, `${named(at)} needs \`original: request-line\`, got \`${original}\``, true)
  }
}

function checkTrust({ protocol, trust }: RawListener, path: ConfigPath, reading: Reading): void {
  if (protocol === 'ext-authz' && trust?.certificate !== undefined) {
    const at = [...path, 'trust', 'certificate']
    reading.problem(
      at,
      `${named(at)} is not for \`ext-authz\`, whose checks hold the certificate: ` +
        'set `include_peer_certificate: true` in Envoy, and remove it here',
    )
  }
  if (trust?.header === 'proxy-protocol') {
    const at = [...path, 'trust', 'header']
    reading.problem(
      at,
      `${named(at)} must be \`x-forwarded-for\` or \`forwarded\` for checks, which the asking proxy itself makes`,
    )
  }
}

function readClients(raw: RawListener, path: ConfigPath, reading: Reading): CheckClients | null {
  const { address } = raw
  if (isUnixText(address)) return null
  if (!('clients' in raw) && address !== undefined)
    reading.problem(
      path,
      `${named(path)} lacks \`clients\`: list the proxies that may ask, such as \`[{ address: 10.1.0.0/16 }]\``,
      true,
    )
  const list = items(raw.clients, [...path, 'clients'])
  const addresses = list.flatMap(([each, at]) =>
    each.address === undefined ? [] : [[each.address, [...at, 'address']] as const],
  )
  const names = list.flatMap(([each, at]) =>
    each.certificate === undefined ? [] : [[nameOf(each.certificate), [...at, 'certificate']] as const],
  )
  checkTwice(names, reading)
  const canVerify = raw.tls !== undefined ? 'clientCa' in raw.tls : 'tls' in raw
  for (const [name, at] of canVerify ? [] : names)
    reading.problem(
      at,
      `${named(at)} is ${quoted(name)}, and needs ${named([...path, 'tls', 'clientCa'])}: the authorities of client certificates`,
    )
  return {
    addresses: readRanges(addresses, 'list the proxies that may ask', reading),
    certificates: names.map(([name]) => name),
  }
}

/** SPIFFE IDs are compared as they are; of host names, case has no meaning. */
function nameOf(certificate: string): string {
  return certificate.startsWith('spiffe://') ? certificate : certificate.toLowerCase()
}
