import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'

/** Client connections of one process, if the limit is unknown. */
const CONNECTIONS = 20_000
/** File descriptors for everything but connections. */
const OTHERS = 64
const LEAST_MEMORY = 64 << 20

/**
 * Returns the maximum number of client connections for a number of file descriptors. Each client connection may need another
 * one to a service. If listeners decide for other proxies, these may open as many as clients.
 */
export function connectionsThatFit(descriptors: number = descriptorsOfProcess(), hasChecks = false): number {
  return Math.min(CONNECTIONS, Math.max(8, Math.floor((descriptors - OTHERS) / perConnection(hasChecks))))
}

/** Returns how many file descriptors a number of client connections needs. */
export function descriptorsFor(connections: number, hasChecks = false): number {
  return connections * perConnection(hasChecks) + OTHERS
}

function perConnection(hasChecks: boolean): number {
  return hasChecks ? 3 : 2
}

/**
 * Returns how many file descriptors this process may have. Node has raised the soft limit to the hard one. Unreadable means
 * unlimited.
 */
export function descriptorsOfProcess(): number {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/**
 * Returns the maximum memory in bytes for one of `sharers` processes. Together they get three quarters of the machine's memory,
 * so that the kernel does not kill them.
 */
export function memoryShare(sharers: number): number {
  const constrained = process.constrainedMemory() ?? 0
  const all = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.max(LEAST_MEMORY, Math.floor((all * 0.75) / sharers))
}
