const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Parses a duration such as `30s` into milliseconds. Returns `null` unless it is an integer with the unit `ms`, `s`, `m`, `h`
 * or `d`.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text)
  return match === null ? null : Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS]
}

const BYTES = { B: 1, KiB: 1024, MiB: 1_048_576 } as const

/** Parses a size such as `64KiB` into bytes. Returns `null` unless it is an integer with the unit `B`, `KiB` or `MiB`. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,9})(B|KiB|MiB)$/.exec(text)
  return match === null ? null : Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]
}

/** Formats milliseconds since 1970 as RFC 3339. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
