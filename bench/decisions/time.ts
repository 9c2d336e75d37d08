import type { Loop } from './engine.ts'
import type { Traffic } from './traffic.ts'

export interface Timed {
  /** Nanoseconds a decision: the median of all passes. */
  readonly median: number
  /** The tenth and the ninetieth of a hundred passes. */
  readonly range: readonly [number, number]
  readonly passes: number
}

/** So few that they are near when they are decided, as a request that was just read is. */
const PASS = 512
const WARM_RING = 8_192
const UNTIMED_PASSES = 50

export interface Effort {
  /** How many decisions come before those that are timed. A policy of thousands of routes needs millions until V8 has optimized them all. */
  readonly warm: number
  /** Making the requests included. */
  readonly milliseconds: number
}

/** Every pass has requests that nobody has looked at before; making them is not timed. */
export function timePasses(loop: Loop, traffic: Traffic, { warm, milliseconds }: Effort): Timed {
  let kept = 0
  loop.load(traffic.next(WARM_RING))
  for (let done = 0; done < warm; done += WARM_RING) kept += loop.pass()
  const times: number[] = []
  const end = performance.now() + milliseconds
  for (let pass = -UNTIMED_PASSES; pass < 1 || performance.now() < end; pass += 1) {
    loop.load(traffic.next(PASS))
    const before = process.cpuUsage()
    const start = performance.now()
    kept += loop.pass()
    const wall = performance.now() - start
    const { user, system } = process.cpuUsage(before)
    // On a busy machine a pass may have waited for a processor; short ones rarely, and their processor time is too coarse.
    const time = wall < 0.05 ? wall : Math.min(wall, (user + system) / 1000)
    if (pass >= 0) times.push((time * 1e6) / PASS)
  }
  if (!Number.isSafeInteger(kept)) throw new Error('a decision is no number')
  times.sort((a, b) => a - b)
  const at = (part: number): number => times[Math.floor(times.length * part)] as number
  return { median: at(0.5), range: [at(0.1), at(0.9)], passes: times.length }
}
