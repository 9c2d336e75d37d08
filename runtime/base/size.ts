const UNITS = { B: 1, KiB: 1024, MiB: 1_048_576 } as const

/** `64KiB` → bytes; null where the text is none of `B KiB MiB` after a whole number. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,9})(B|KiB|MiB)$/.exec(text)
  return match === null ? null : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
}
