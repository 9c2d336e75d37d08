import { describe, expect, it } from 'vitest'
import type { HeapSample } from './child.ts'
import { type AuditLine, type ReloadRun, type RunOptions, runReloads } from './run-reloads.ts'

/** `npm run check:full` takes the size of the issue; a push takes one that shows the same in seconds. */
const full = process.env.IAP_FULL === '1'
const options: RunOptions = full
  ? { reloads: 500, requests: 10_000, heap: 400, size: 1 << 20 }
  : { reloads: 20, requests: 1_000, pause: 50, heap: 80, size: 1 << 20 }
/** Reloads from which on, and until which, the heap is compared with what it is at the end. */
const [early, late] = full ? [100, 200] : [6, 14]
const last = options.reloads - (full ? 100 : 8)
/**
 * Bytes a reload, in the small size: what `import()` keeps of a bundle of 1 MB was 0.65 MB at least, what warms up in so few reloads 0.26 MB at
 * most. A ratio of the whole heap says less, as the heap that the one loader leaves is more than twice that of the other.
 */
const LEAK = 400_000

// The full size takes longer than the default time-out.
describe(`${options.reloads} reloads under load`, { timeout: full ? 900_000 : 300_000 }, () => {
  let run: ReloadRun

  it('are all done, by a process that does not run out of memory', async () => {
    run = await runReloads(options)
    expect(run.exit.stderr).not.toMatch(/heap out of memory/)
    expect(run.exit.code).toBe(0)
    expect(run.reloads).toBe(options.reloads)
    for (const { size } of run.policies) expect(size).toBeGreaterThanOrEqual(1 << 20)
  })

  it('fail no request: no 5xx, no reset', () => {
    expect(run.answers.length).toBeGreaterThanOrEqual(options.requests)
    expect(tally(run.answers.map(({ status }) => status))).toEqual({ 200: expect.any(Number), 403: expect.any(Number) })
  })

  it('decide no request by the meaning of the other bundle, and each record names the one that decided', () => {
    expect(decidedWrongly(run)).toEqual([])
    expect(new Set(run.audit.map(({ requestId }) => requestId)).size).toBe(run.answers.length)
    expect(run.audit.length).toBe(run.answers.length)
    // Both did decide, for each of the three tokens.
    expect(new Set(run.audit.map(({ revision, caller }) => `${revision} ${caller?.subject}`)).size).toBe(6)
  })

  it('leave what clients saw and what was recorded the same', () => {
    const seen = run.answers.map(({ subject, status }) => `${subject} ${status}`)
    const recorded = run.audit.map(({ caller, status }) => `${caller?.subject} ${status}`)
    expect(tally(recorded)).toEqual(tally(seen))
  })

  it('cost no memory', () => {
    const { before, after, each } = growth(run)
    console.log(
      `old space after major collections: ${megabytes(before)} MB, then ${megabytes(after)} MB, ${megabytes(each)} MB a reload; ${report(run)}`,
    )
    if (full) expect(after).toBeLessThanOrEqual(1.15 * before)
    else expect(each).toBeLessThan(LEAK)
  })
})

// A minute of the gate for what is known: that the measure above sees a leak. The full size takes longer than the default time-out.
describe.runIf(full)('the same with `import()` as the loader', { timeout: 900_000 }, () => {
  // Node 24.21 did not run out in 500 imports at 400 MB: there the loader of modules is no mistake to be found.
  const holds = Number.parseInt(process.versions.node, 10) >= 24
  it.skipIf(holds)('fails: it runs out of memory', async () => {
    const run = await runReloads({ ...options, instead: 'leaking' })
    console.log(`with import(): out of memory after ${run.reloads} reloads at ${options.heap} MB`)
    expect(run.exit.outOfMemory).toBe(true)
    expect(run.reloads).toBeLessThan(options.reloads)
  })
})

describe('the same with facts that outlive their bundle', () => {
  it('fails: requests are decided by the meaning of the other bundle', async () => {
    const run = await runReloads({ reloads: 6, requests: 300, pause: full ? 0 : 5, heap: 400, size: 1 << 14, instead: 'stale' })
    expect(run.exit.code).toBe(0)
    expect(decidedWrongly(run).length).toBeGreaterThan(0)
  })
})

function decidedWrongly({ policies, audit }: ReloadRun): readonly AuditLine[] {
  const effects = new Map(policies.map((policy) => [policy.revision, policy.effects]))
  return audit.filter(({ revision, caller, effect }) => effects.get(revision ?? '')?.[caller?.subject ?? ''] !== effect)
}

/** Bytes after major collections: early on, and in the last reloads; and what a reload between added. */
function growth(run: ReloadRun): { readonly before: number; readonly after: number; readonly each: number } {
  const before = median(usedBetween(run.samples, early, late))
  const after = median(usedBetween(run.samples, last, options.reloads))
  return { before, after, each: (after - before) / ((last + options.reloads) / 2 - (early + late) / 2) }
}

function usedBetween(samples: readonly HeapSample[], from: number, to: number): readonly number[] {
  const used = samples.filter(({ reloads }) => reloads >= from && reloads <= to).map((sample) => sample.used)
  expect(used.length, 'major collections in that time').toBeGreaterThan(2)
  return used
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function tally(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1
  return counts
}

function report({ durations, answers, samples }: ReloadRun): string {
  return `${answers.length} requests, ${samples.length} collections, a reload takes ${median(durations).toFixed(0)} ms`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
