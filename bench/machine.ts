import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What figures are of: they compare within one run on one machine. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  /** GB. */
  readonly memory: number
  readonly system: string
  readonly node: string
  readonly v8: string
  /** Processes that wanted to run in the minute before, on all cores together. */
  readonly load: number
}

export function machine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}
