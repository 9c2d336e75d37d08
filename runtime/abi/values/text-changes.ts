/** Texts made of texts. */

/** The first `times` occurrences replaced, from the left; all of them where it is negative. The empty text is before every code point and at the end. */
export function replace(text: string, part: string, by: string, times = -1): string {
  if (part === '') return interleave(text, by, times)
  if (times < 0) return text.replaceAll(part, () => by)
  let result = ''
  let from = 0
  for (let done = 0; done < times; done += 1) {
    const at = text.indexOf(part, from)
    if (at < 0) break
    result += text.slice(from, at) + by
    from = at + part.length
  }
  return result + text.slice(from)
}

function interleave(text: string, by: string, times: number): string {
  let left = times < 0 ? Number.POSITIVE_INFINITY : times
  let result = ''
  for (const point of text) {
    if (left > 0) result += by
    left -= 1
    result += point
  }
  return left > 0 ? result + by : result
}

/** At most `limit` parts, the last with the rest; all where it is negative. An empty separator is between any two code points. */
export function split(text: string, separator: string, limit = -1): readonly string[] {
  if (limit === 0) return []
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  if (limit < 0 || parts.length <= limit) return parts
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]
}

export function join(texts: readonly string[], separator = ''): string {
  return texts.join(separator)
}

/** Code points from the last to the first. */
export function reverse(text: string): string {
  return Array.from(text).reverse().join('')
}

/** Without white space, as Unicode has it, at either end: not U+FEFF, which JavaScript takes for one, but U+0085. */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** Unicode's property `White_Space`. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  )
}
