import { parseStrictJson } from '../../request/index.ts'

/** A JSON value and the line (from 1) that it begins on, or why there is none there. */
export type LineValue =
  | { readonly ok: true; readonly line: number; readonly value: unknown }
  | { readonly ok: false; readonly line: number; readonly message: string }

/** Lines → one JSON value a line, or a single one over several lines. Streams as long as lines are values. */
export async function* readValues(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<LineValue> {
  let line = 0
  // Lines of a value that has begun and may end on a later line; only possible at the start of the input.
  let open: { line: number; text: string }[] | null = null
  let first = true
  for await (const raw of lines) {
    line += 1
    // A byte order mark: some shells put it before what they pipe.
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw
    if (text.trim() === '') continue
    if (open === null && first && !parse(line, text).ok) open = []
    first = false
    if (open === null) yield parse(line, text)
    else open.push({ line, text })
  }
  if (open === null) return
  const whole = parse(open[0]?.line ?? 1, open.map((part) => part.text).join('\n'))
  const parts = open.map((part) => parse(part.line, part.text))
  if (whole.ok) yield whole
  // Where a line is an object of its own, lines were meant, else one value over all of them.
  else if (parts.some((part) => part.ok && typeof part.value === 'object')) yield* parts
  else yield { ...whole, message: whole.message.replace('this line', 'this') }
}

function parse(line: number, text: string): LineValue {
  const parsed = parseStrictJson(text)
  if (parsed.ok) return { ok: true, line, value: parsed.value }
  return { ok: false, line, message: `this line cannot be read: ${parsed.message}, ${placeIn(text, parsed.offset)}` }
}

/** Where it ceases to be readable, shown rather than counted. */
export function placeIn(text: string, offset: number): string {
  const rest = text.slice(offset)
  if (rest.trim() === '') return 'at its end'
  return `at ${JSON.stringify(rest.length > 20 ? `${rest.slice(0, 19)}…` : rest)}`
}
