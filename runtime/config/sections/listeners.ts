import { collide, renderAddress } from '../address.ts'
import type { Address, AdminConfig, ListenerConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import type { Path } from '../read-yaml.ts'
import { items, type Reading, readAddress } from './reading.ts'

/** Everything that listens, because no two may want the same port. */
export function readListeners(
  { listeners, admin }: RawConfig,
  reading: Reading,
): { listeners: readonly ListenerConfig[]; admin: AdminConfig | null } {
  const taken: Address[] = []
  const take = (text: string | undefined, path: Path): Address => {
    const address = readAddress(text, path, reading)
    const other = taken.find((before) => collide(before, address))
    if (other !== undefined)
      reading.problem(path, `\`${renderAddress(address)}\` is taken by the listener at \`${renderAddress(other)}\``)
    taken.push(address)
    return address
  }
  return {
    listeners: items(listeners, ['listeners']).map(([{ address, http2 = false }, path]) => ({
      address: take(address, [...path, 'address']),
      http2,
    })),
    admin: admin === undefined ? null : { address: take(admin.address, ['admin', 'address']) },
  }
}
