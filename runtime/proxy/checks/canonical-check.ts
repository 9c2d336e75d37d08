import { type Canonical, parseAddress, type RefusalCode, refusals, type Trust } from '../../../request/index.ts'

/** Returns whether `trust` lists the peer that the asking proxy saw. */
export function isTrusted(peer: string, { proxies }: Trust): boolean {
  const address = parseAddress(peer)
  return address !== null && proxies.some((range) => range(address))
}

/**
 * Returns whether a host ends with a dot. Policies do not distinguish it from the host without the dot, whose rules would decide.
 * But proxies and services may route it by other rules, and proxies forward it as it is.
 */
export function isRooted(host: string): boolean {
  return /\.(?::[0-9]*)?$/.test(host)
}

/** Returns what `canonicalize` returns for a request that it refuses for this reason. */
export function refusedFor(code: RefusalCode): Canonical {
  const [status, message] = refusals[code]
  return { ok: false, refusal: { status, code, message } }
}

/** The same for a check that does not state a request as it must. */
export function refuseCheck(message: string): Canonical {
  return { ok: false, refusal: { status: 400, code: 'request-malformed', message } }
}
