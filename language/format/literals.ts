/** Canonical forms of quoted strings and numbers. */

/** Returns a text in double quotes, with only quotes escaped as needed. Raw and triple-quoted strings may change their quotes. */
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

/** Returns a number in lower case, with a digit before the decimal point. */
export function canonicalNumber(image: string): string {
  const small = /^[0-9.]/.test(image) ? image.toLowerCase() : image
  return small.startsWith('.') ? `0${small}` : small
}
