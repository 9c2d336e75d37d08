import { isLoopback, renderAddress } from '../../../base/address.ts'
import { nearest } from '../../../base/nearest.ts'
import type { DevConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readAddress, readPath } from './reading.ts'

export function readDev({ dev, services = {} }: RawConfig, reading: Reading): DevConfig | null {
  if (dev === undefined) return null
  const { sources, callers, echo, issuer } = dev
  const address = issuer === undefined ? null : readAddress(issuer, ['dev', 'issuer'], reading)
  if (address !== null && !isLoopback(address.host))
    reading.problem(
      ['dev', 'issuer'],
      `the development issuer issues tokens to anyone, so it must listen on this machine, not on \`${renderAddress(address)}\``,
    )
  const echoed = typeof echo === 'object' ? items(echo, ['dev', 'echo']) : []
  for (const [name, path] of echoed) {
    const meant = Object.hasOwn(services, name) ? null : nearest(name, Object.keys(services))
    if (meant !== null) reading.problem(path, `\`services\` has no \`${name}\`: did you mean \`${meant}\`?`)
  }
  return {
    sources: (typeof sources === 'string' ? [sources] : items(sources, []).map(([path]) => path)).map((path) =>
      readPath(path, reading),
    ),
    callers: callers === undefined ? null : readPath(callers, reading),
    echo: typeof echo === 'object' ? echoed.map(([name]) => name) : (echo ?? false),
    issuer: address,
  }
}
