/** Quoted texts and numbers in their one form. */

/**
 * A quoted text in double quotes. Escapes stay as they were written, as who writes one has a reason; but quotes have one where
 * they need it, and no other. Raw texts and those in three quotes stay as they are, but for quotes that can be double.
 */
export function canonicalText(image: string): string {
  const [, raw, quote] = /^([rR]?)("""|'''|"|')/.exec(image) as unknown as [string, string, string]
  if (raw !== '' || quote.length > 1) {
    const inner = image.slice(raw.length + quote.length, -quote.length)
    const double = '"'.repeat(quote.length)
    const mark = inner.includes('"') || inner.includes('\\') ? quote : double
    return `${raw.toLowerCase()}${mark}${inner}${mark}`
  }
  const inner = image.slice(1, -1)
  return `"${inner.replace(/\\(.)|"/gs, (found: string, escaped?: string) => {
    if (escaped === undefined) return '\\"'
    return escaped === "'" ? "'" : found
  })}"`
}

/** A number as it was written, in small letters and with a digit before its point. */
export function canonicalNumber(image: string): string {
  const small = /^[0-9.]/.test(image) ? image.toLowerCase() : image
  return small.startsWith('.') ? `0${small}` : small
}
