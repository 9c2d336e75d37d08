import { type Address, collide, renderAddress, type UnixAddress } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { Config, ListenerConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawListener } from '../raw-config.ts'
import { readAdmin } from './admin.ts'
import { checkProtocol, readCheck } from './listener-check.ts'
import { readListenerTls } from './listener-tls.ts'
import { checkTwice, items, type Reading, readAddress, readRanges } from './reading.ts'
import { readListenerAddress } from './unix-address.ts'

/** Reads all sections with a listening address, and checks that the addresses are distinct. */
export function readListeners(
  { listeners, admin, probes }: RawConfig,
  reading: Reading,
): Pick<Config, 'listeners' | 'admin' | 'probes'> {
  const taken: (Address | UnixAddress)[] = []
  const take = <Kind extends Address | UnixAddress>(address: Kind, path: ConfigPath): Kind => {
    const other = taken.find((before) => collide(before, address))
    if (other !== undefined)
      reading.problem(path, `\`${renderAddress(address)}\` is already used by the listener at \`${renderAddress(other)}\``)
    taken.push(address)
    return address
  }
  const takeAt = (text: string | undefined, path: ConfigPath) => take(readAddress(text, path, reading), path)
  checkTwice(
    items(listeners, ['listeners']).flatMap(([{ fd }, path]) => (fd === undefined ? [] : [[fd, [...path, 'fd']] as const])),
    reading,
  )
  return {
    listeners: items(listeners, ['listeners']).map(([raw, path]) => {
      const { fd, http2, trust, tls } = raw
      checkProtocol(raw, path, reading)
      const check = readCheck(raw, path, reading)
      return {
        address: take(readListenerAddress(raw, path, reading), [...path, 'address']),
        check,
        fd: fd ?? null,
        http2: check === null && (http2 ?? tls !== undefined),
        ...readTrust(trust, check, [...path, 'trust'], reading),
        tls: tls === undefined ? null : readListenerTls(tls, [...path, 'tls'], reading),
      }
    }),
    admin: admin === undefined ? null : { address: takeAt(admin.address, ['admin', 'address']), ...readAdmin(admin, reading) },
    probes: probes === undefined ? null : { address: takeAt(probes.address, ['probes', 'address']) },
  }
}

/** At most one of the two: a proxy that sends PROXY headers does not parse HTTP, so header fields are the client's. */
function readTrust(
  trust: RawListener['trust'],
  check: ListenerConfig['check'],
  path: ConfigPath,
  reading: Reading,
): Pick<ListenerConfig, 'trust' | 'proxyProtocol'> {
  if (trust === undefined) return { trust: null, proxyProtocol: null }
  const { header = 'x-forwarded-for', certificate = null } = trust
  const proxies = readRanges(items(trust.proxies, [...path, 'proxies']), 'list the proxies in front of this listener', reading)
  // The front of a `forward-auth` listener may forward certificates itself.
  const mayBeEmpty = check?.protocol === 'forward-auth' && certificate !== null
  if (trust.proxies?.length === 0 && !mayBeEmpty)
    reading.problem(
      [...path, 'proxies'],
      `${named([...path, 'proxies'])} is empty: expected a list of addresses and ranges such as \`[10.0.0.0/8]\``,
    )
  if (header === 'proxy-protocol') {
    const at = [...path, 'certificate']
    if (certificate !== null)
      reading.problem(at, `${named(at)} is for proxies that forward HTTP requests, not for the PROXY protocol: remove it`)
    return { trust: null, proxyProtocol: proxies }
  }
  return { trust: { proxies, header, certificate }, proxyProtocol: null }
}
