import type { Contestant, Loop } from './engine.ts'
import { type Effort, timePass, timeRing, UNTIMED_PASSES, warmUp } from './time.ts'
import type { Traffic } from './traffic.ts'

/** Nanoseconds a decision, pass by pass: those of the same place followed each other at once. */
export type Passes = Readonly<Partial<Record<Contestant, readonly number[]>>>

/**
 * Pass by pass in turns, in one process: a machine that others use too is slower by half at one moment than at another, and so are two processes on it, for
 * as long as they live. Every other time they go in the opposite order. Each has a loop of its own, and code that nobody else calls.
 *
 * @param loops with requests of their own, of which all get the same ones in the same order
 * @param effort for each of them
 * @param hot whether the requests that they were warmed up with come again in every pass
 */
export function timeInTurns(
  loops: ReadonlyMap<Contestant, { readonly loop: Loop; readonly traffic: Traffic }>,
  { warm, milliseconds }: Effort,
  hot: boolean,
): Passes {
  const turns = [...loops].map(([name, { loop, traffic }]) => ({ name, loop, traffic, times: [] as number[] }))
  for (const { loop, traffic } of turns) warmUp(loop, traffic, warm)
  const backwards = [...turns].reverse()
  const end = performance.now() + milliseconds * turns.length
  for (let pass = -UNTIMED_PASSES; pass < 1 || performance.now() < end; pass += 1)
    for (const { loop, traffic, times } of pass % 2 === 0 ? turns : backwards) {
      const time = hot ? timeRing(loop) : timePass(loop, traffic)
      if (pass >= 0) times.push(time)
    }
  return Object.fromEntries(turns.map(({ name, times }) => [name, times]))
}
