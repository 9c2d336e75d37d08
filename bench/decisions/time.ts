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
export const UNTIMED_PASSES = 50

export interface Effort {
  /** How many decisions come before those that are timed. A policy of thousands of routes needs millions until V8 has optimized them all. */
  readonly warm: number
  /** Making the requests included. */
  readonly milliseconds: number
}

export function warmUp(loop: Loop, traffic: Traffic, decisions: number): void {
  let kept = 0
  loop.load(traffic.next(WARM_RING))
  for (let done = 0; done < decisions; done += WARM_RING) kept += loop.pass()
  checkSum(kept)
}

/**
 * Nanoseconds a decision, by the clock. Every pass has requests that nobody has looked at before; making them is not timed. A pass is so short that few
 * have to wait for a processor on a busy machine, and a median does not see these.
 */
export function timePass(loop: Loop, traffic: Traffic): number {
  loop.load(traffic.next(PASS))
  const start = performance.now()
  const kept = loop.pass()
  const time = performance.now() - start
  checkSum(kept)
  return (time * 1e6) / PASS
}

/** Nanoseconds a decision on the requests that it was warmed up with. */
export function timeRing(loop: Loop): number {
  const start = performance.now()
  const kept = loop.pass()
  const time = performance.now() - start
  checkSum(kept)
  return (time * 1e6) / WARM_RING
}

function checkSum(kept: number): void {
  if (!Number.isSafeInteger(kept)) throw new Error('a decision is no number')
}

export function timePasses(loop: Loop, traffic: Traffic, { warm, milliseconds }: Effort): Timed {
  warmUp(loop, traffic, warm)
  const times: number[] = []
  const end = performance.now() + milliseconds
  for (let pass = -UNTIMED_PASSES; pass < 1 || performance.now() < end; pass += 1) {
    const time = timePass(loop, traffic)
    if (pass >= 0) times.push(time)
  }
  times.sort((a, b) => a - b)
  const at = (part: number): number => times[Math.floor(times.length * part)] as number
  return { median: at(0.5), range: [at(0.1), at(0.9)], passes: times.length }
}
