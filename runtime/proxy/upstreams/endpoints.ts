import type { LookupAddress } from 'node:dns'

/**
 * What a name has been looked up to, as the addresses that requests are shared among; each is connected to at any of its IP
 * addresses. A name of one machine has often one of each family, of which only one may work: those two are one, and whichever
 * answers first is taken (RFC 8305). A name that has several of a family stands for as many machines; those of IPv4, if it has
 * any, as one that has both kinds nearly always gives each machine one of each.
 */
export function endpointsOf(found: readonly LookupAddress[]): readonly (readonly LookupAddress[])[] {
  const once = found.filter(({ address }, index) => found.findIndex((other) => other.address === address) === index)
  const [v4, v6] = [once.filter(({ family }) => family === 4), once.filter(({ family }) => family === 6)]
  if (v4.length <= 1 && v6.length <= 1) return once.length === 0 ? [] : [once]
  return (v4.length > 0 ? v4 : v6).map((each) => [each])
}
