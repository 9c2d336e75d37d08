/** Durations as policies write them: a number and one unit, such as `5m` or `301s`. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** Returns a duration with the largest unit of which it is a multiple. */
export function durationText(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => milliseconds >= length && milliseconds % length === 0) ?? ['ms', 1]
  return `${milliseconds / size}${unit}`
}

/**
 * Returns the milliseconds of a duration.
 *
 * @throws Error if the text is no duration
 */
export function readDuration(text: string): number {
  const [, count, unit] = /^(\d{1,12}(?:\.\d{1,3})?)\s*(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const size = UNITS.find(([name]) => name === unit)?.[1]
  if (size === undefined)
    throw new Error(`\`${text}\` is not a duration: expected a number and a unit, such as \`5m\` or \`301s\``)
  return Math.round(Number(count) * size)
}
