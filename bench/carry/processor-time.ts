import { readdirSync, readFileSync } from 'node:fs'

/** Linux: `getconf CLK_TCK` is 100 on every machine of today. */
const SECONDS_PER_TICK = 0.01

/** Seconds of processor time that the processes have taken, with all that they have started (proc_pid_stat(5)). */
export function processorTime(roots: readonly number[]): number {
  const all = new Map(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [read(Number(name))].filter(isThere) : [])))
  const counted = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (roots.includes(at)) return true
    return false
  }
  let ticks = 0
  for (const [pid, process] of all) if (counted(pid)) ticks += process.ticks
  return ticks * SECONDS_PER_TICK
}

type Entry = readonly [pid: number, process: { readonly parent: number; readonly ticks: number }]

function read(pid: number): Entry | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return null
  }
  // The name may have spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number) as [number, number, number]
  return [pid, { parent, ticks: user + system }]
}

function isThere(entry: Entry | null): entry is Entry {
  return entry !== null
}
