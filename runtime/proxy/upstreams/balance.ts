import type { BalanceName } from './upstream-config.ts'

export interface Candidate {
  readonly requests: number
  /** Hash of the address's label, equal in all proxies, by which rendezvous hashing orders addresses for each caller. */
  readonly hash: number
  /**
   * Returns whether the address accepts another request.
   *
   * @param panic whether to use addresses that are down
   */
  takes(panic: boolean): boolean
}

/**
 * A load balancing algorithm. Returns the index of the selected address, or -1 if none accepts the request.
 *
 * @param turn index at which round-robin starts
 * @param key hash of the caller, or 0 if the caller does not matter
 * @param except the address that failed before, for a retry; `null` for a first attempt
 * @param panic whether to use addresses that are down
 */
export type Balance = (
  addresses: readonly Candidate[],
  turn: number,
  key: number,
  except: Candidate | null,
  panic: boolean,
) => number

const takeTurns: Balance = (addresses, turn, _key, except, panic) => {
  const count = addresses.length
  for (let i = 0; i < count; i++) {
    const index = (turn + i) % count
    const address = addresses[index] as Candidate
    if (address !== except && address.takes(panic)) return index
  }
  return -1
}

/** Round-robin among the least loaded, or the first would get all sequential requests. */
const takeLeast: Balance = (addresses, turn, _key, except, panic) => {
  const count = addresses.length
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const index = (turn + i) % count
    const address = addresses[index] as Candidate
    if (address.requests >= least || address === except || !address.takes(panic)) continue
    best = index
    least = address.requests
  }
  return best
}

/** Rendezvous hashing: each caller has its own order of addresses. An unavailable one moves its own callers only, for a while. */
const takeHome: Balance = (addresses, turn, key, except, panic) => {
  if (key === 0) return takeTurns(addresses, turn, key, except, panic)
  let best = -1
  let highest = -1
  for (let index = 0; index < addresses.length; index++) {
    const address = addresses[index] as Candidate
    const score = mix(key ^ address.hash)
    if (score <= highest || address === except || !address.takes(panic)) continue
    best = index
    highest = score
  }
  return best
}

export const balances: Readonly<Record<BalanceName, Balance>> = {
  'round-robin': takeTurns,
  'least-requests': takeLeast,
  subject: takeHome,
}

/**
 * Returns the 32-bit FNV-1a hash of a text's UTF-16 code units. `seed` is the hash of preceding text. Meant for load balancing,
 * not for security.
 */
export function hash(text: string, seed = 0x811c9dc5): number {
  let bits = seed
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return bits >>> 0
}

/** Mixes all bits (the finalizer of MurmurHash3). */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
