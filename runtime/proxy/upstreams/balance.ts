import type { BalanceName } from './upstream-config.ts'

/** What choosing asks of an address. */
export interface Candidate {
  /** Requests under way. */
  readonly requests: number
  /** Of its name: the same in every proxy. */
  readonly hash: number
  /** Whether a request may be sent there now; `panic`: even though it is not up. */
  takes(panic: boolean): boolean
}

/**
 * The index of the address for a request; -1 where none takes it. `turn`: where in the list to begin. `key`: of who calls; 0:
 * nobody in particular. `except`: where it was tried before.
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

/** Of those that have equally few, in turn: or the first would get all requests that come one after the other. */
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

/**
 * Rendezvous hashing: each caller has an order of its own of all addresses, and is sent to the first that takes requests. One
 * that goes away takes only its own callers elsewhere, and they come back when it does.
 */
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

/** FNV-1a over UTF-16 units: 32 bits of a text, or of one after another. Spreads load, protects nothing. */
export function hash(text: string, seed = 0x811c9dc5): number {
  let bits = seed
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return bits >>> 0
}

/** Every bit of the result depends on every bit of the number (the last step of MurmurHash3). */
function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
