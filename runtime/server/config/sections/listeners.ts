import { type AddressRange, parseAddressRange } from '../../../../request/index.ts'
import type { Address } from '../../../base/address.ts'
import { collide, renderAddress } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { Config, ListenerConfig } from '../config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawListener } from '../raw-config.ts'
import { readAdmin } from './admin.ts'
import { readListenerTls } from './listener-tls.ts'
import { checkTwice, items, type Reading, readAddress } from './reading.ts'

/** Reads all sections with a listening address, and checks that the addresses are distinct. */
export function readListeners(
  { listeners, admin, probes }: RawConfig,
  reading: Reading,
): Pick<Config, 'listeners' | 'admin' | 'probes'> {
  const taken: Address[] = []
  const take = (text: string | undefined, path: ConfigPath): Address => {
    const address = readAddress(text, path, reading)
    const other = taken.find((before) => collide(before, address))
    if (other !== undefined)
      reading.problem(path, `\`${renderAddress(address)}\` is already used by the listener at \`${renderAddress(other)}\``)
    taken.push(address)
    return address
  }
  checkTwice(
    items(listeners, ['listeners']).flatMap(([{ fd }, path]) => (fd === undefined ? [] : [[fd, [...path, 'fd']] as const])),
    reading,
  )
  return {
    listeners: items(listeners, ['listeners']).map(([{ address, fd, http2, trust, tls }, path]) => ({
      address: take(address, [...path, 'address']),
      fd: fd ?? null,
      http2: http2 ?? tls !== undefined,
      ...readTrust(trust, [...path, 'trust'], reading),
      tls: tls === undefined ? null : readListenerTls(tls, [...path, 'tls'], reading),
    })),
    admin: admin === undefined ? null : { address: take(admin.address, ['admin', 'address']), ...readAdmin(admin, reading) },
    probes: probes === undefined ? null : { address: take(probes.address, ['probes', 'address']) },
  }
}

/** At most one of the two: a proxy that sends PROXY headers does not parse HTTP, so header fields are the client's. */
function readTrust(
  trust: RawListener['trust'],
  path: ConfigPath,
  reading: Reading,
): Pick<ListenerConfig, 'trust' | 'proxyProtocol'> {
  if (trust === undefined) return { trust: null, proxyProtocol: null }
  const { header = 'x-forwarded-for', certificate = null } = trust
  const proxies = readProxies(trust.proxies, [...path, 'proxies'], reading)
  if (header === 'proxy-protocol') {
    const at = [...path, 'certificate']
    if (certificate !== null)
      reading.problem(at, `${named(at)} is for proxies that forward HTTP requests, not for the PROXY protocol: remove it`)
    return { trust: null, proxyProtocol: proxies }
  }
  return { trust: { proxies, header, certificate }, proxyProtocol: null }
}

function readProxies(
  list: readonly (string | undefined)[] | undefined,
  path: ConfigPath,
  reading: Reading,
): readonly AddressRange[] {
  const texts = items(list, path)
  checkTwice(texts, reading)
  return texts.map(([text, at]) => {
    const range = parseAddressRange(text)
    if (range === null) reading.problem(at, `${named(at)} must be an address or a range such as \`10.0.0.0/8\``)
    else if (text.endsWith('/0')) reading.problem(at, `${named(at)} is every address: list the proxies in front of this listener`)
    return range ?? (() => false)
  })
}
