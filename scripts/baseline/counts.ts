/** How often each known breach stands in the repository today, by a name for it. A breach that no longer stands has no entry. */
export type Counts = Readonly<Record<string, number>>

/** A breach whose count is not that of the baseline. */
export interface Change {
  readonly name: string
  readonly baseline: number
  readonly now: number
}

/** Returns the names whose counts rose above the baseline, and those whose counts fell below it, each in order. */
export function compareCounts(
  baseline: Counts,
  now: Counts,
): { readonly risen: readonly Change[]; readonly fallen: readonly Change[] } {
  const names = [...new Set([...Object.keys(baseline), ...Object.keys(now)])].sort()
  const changes = names.map((name) => ({ name, baseline: baseline[name] ?? 0, now: now[name] ?? 0 }))
  return {
    risen: changes.filter((change) => change.now > change.baseline),
    fallen: changes.filter((change) => change.now < change.baseline),
  }
}

/** Returns the baseline with each count that fell lowered to what it is now, sorted by name. A count never rises. */
export function lowerCounts(baseline: Counts, now: Counts): Counts {
  const lowered = Object.keys(baseline)
    .sort()
    .map((name) => [name, Math.min(baseline[name] ?? 0, now[name] ?? 0)] as const)
  return Object.fromEntries(lowered.filter(([, count]) => count > 0))
}

/** Returns how often each name occurs. */
export function countNames(names: readonly string[]): Counts {
  const counts: Record<string, number> = Object.create(null)
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
