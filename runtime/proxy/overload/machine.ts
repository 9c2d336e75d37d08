import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'

/** Of connections of clients to one process, where nothing is said. */
const CONNECTIONS = 20_000
/** File descriptors for everything but connections: files, pipes, what Node needs. */
const OTHERS = 64
const LEAST_MEMORY = 64 << 20

/** How many connections of clients a process can take: each may need another one to a service. */
export function connectionsThatFit(descriptors: number = descriptorsOfProcess()): number {
  return Math.min(CONNECTIONS, Math.max(8, Math.floor((descriptors - OTHERS) / 2)))
}

/** Node has raised the soft limit as far as it may. Where it cannot be read, there is none that is known. */
function descriptorsOfProcess(): number {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** Bytes for one of several processes: three quarters of what there is, so that it is not the system that ends them. */
export function memoryShare(sharers: number): number {
  const constrained = process.constrainedMemory() ?? 0
  const all = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.max(LEAST_MEMORY, Math.floor((all * 0.75) / sharers))
}
