import { parseAddress, type Trust } from '../../../request/index.ts'

/** Returns whether `trust` lists the peer that the asking proxy saw. */
export function isTrusted(peer: string, { proxies }: Trust): boolean {
  const address = parseAddress(peer)
  return address !== null && proxies.some((range) => range(address))
}

/**
 * Returns whether a host ends with a dot. Policies name hosts without it, but proxies such as Envoy and Caddy route such a host
 * by other rules than the host without the dot, whose policy would decide.
 */
export function isRooted(host: string): boolean {
  return /\.(?::[0-9]*)?$/.test(host)
}
