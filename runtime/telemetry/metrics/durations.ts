/** A histogram of durations as plain data, which processes exchange and add up. */
export interface Durations {
  /** Number of durations in each bucket. The last bucket is above all bounds. */
  readonly counts: number[]
  /** Sum of all durations in seconds. */
  sum: number
}

/**
 * Upper bounds of the histogram buckets for durations of HTTP requests, in seconds: those of OpenTelemetry, and two lower ones
 * because most requests are faster than OpenTelemetry's lowest bound.
 */
export const HTTP_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const
export const DECISION_BOUNDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.1, 1] as const

export function noDurations(bounds: readonly number[]): Durations {
  return { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
}

export function addDurations(a: Durations, b: Durations): Durations {
  return { counts: a.counts.map((count, at) => count + (b.counts[at] ?? 0)), sum: a.sum + b.sum }
}

export function requestsOf({ counts }: Durations): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
