import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { parseAddress } from '../../../../request/index.ts'

/**
 * Returns a function that returns whether an address, in canonical text, is that of the front at the other end of a connection. A
 * front on this machine has all addresses of the machine.
 */
export function frontAddressOf(socket: Socket): (address: string) => boolean {
  return (address) => {
    const remote = remoteOf(socket)
    const isLocal = () => remote === null || remote === '::1' || remote.startsWith('127.') || ownAddresses().has(remote)
    return address === remote || (ownAddresses().has(address) && isLocal())
  }
}

/** The address of a connection never changes, and is read for each check. */
const remotes = new WeakMap<Socket, string | null>()

function remoteOf(socket: Socket): string | null {
  let remote = remotes.get(socket)
  if (remote === undefined) {
    remote = parseAddress(socket.remoteAddress ?? '')
    remotes.set(socket, remote)
  }
  return remote
}

/** Milliseconds for which the addresses of the machine are known, as they change rarely. */
const KNOWN = 10_000

let known: ReadonlySet<string> = new Set()
let readAt = Number.NEGATIVE_INFINITY

function ownAddresses(): ReadonlySet<string> {
  const now = performance.now()
  if (now - readAt < KNOWN) return known
  readAt = now
  try {
    const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
    known = new Set(all.map(({ address }) => parseAddress(address)).filter((address) => address !== null))
  } catch {
    // A sandbox may forbid to list them, such as `RestrictAddressFamilies` of systemd.
  }
  return known
}
