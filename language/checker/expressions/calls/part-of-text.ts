import type { Span } from '../../../source.ts'
import type { StringLiteral } from '../../../syntax/ast.ts'
import { readEscapes } from '../../../syntax/read-escapes.ts'

/** Returns the span of a part of a string literal; the whole literal if the part cannot be located. */
export function partOfText({ span, value }: StringLiteral, part: string | null): Span {
  const { source, start, end } = span
  const image = source.text.slice(start, end)
  const isShort = image.length <= 1000
  const at = !isShort || part === null || part === '' || part === value ? -1 : value.indexOf(part)
  if (at === -1 || value.indexOf(part as string, at + 1) !== -1) return span
  // Each prefix of the source text decodes to a prefix of the value, and none is skipped.
  const offsetOf = (length: number): number | null => {
    for (let offset = 1; offset <= image.length; offset += 1)
      if (readsAs(image.slice(0, offset), value.slice(0, length))) return offset
    return null
  }
  const from = offsetOf(at)
  const to = offsetOf(at + (part as string).length)
  return from === null || to === null ? span : { source, start: start + from, end: start + to }
}

function readsAs(beginning: string, wanted: string): boolean {
  let isBad = false
  const value = readEscapes(beginning, () => {
    isBad = true
  })
  return !isBad && value === wanted
}
