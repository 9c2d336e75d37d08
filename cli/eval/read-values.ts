import { parseStrictJson } from '../../request/index.ts'

/** A JSON value and its first line (from 1), or the problem with the value. */
export type LineValue =
  | { readonly ok: true; readonly line: number; readonly value: unknown }
  | { readonly ok: false; readonly line: number; readonly message: string }

/** Parses one JSON value per line, or a single one over several lines. Streams as long as lines are values. */
export async function* readValues(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<LineValue> {
  let line = 0
  // The lines of an unfinished value; only possible at the start of the input.
  let open: { line: number; text: string }[] | null = null
  let first = true
  for await (const raw of lines) {
    line += 1
    // Some shells pipe a byte order mark.
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
  // If one line is an object, one value per line was meant, else one value over all lines.
  else if (parts.some((part) => part.ok && typeof part.value === 'object')) yield* parts
  else yield { ...whole, message: whole.message.replace('this line', 'this') }
}

function parse(line: number, text: string): LineValue {
  const parsed = parseStrictJson(text)
  if (parsed.ok) return { ok: true, line, value: parsed.value }
  return { ok: false, line, message: `this line cannot be read: ${parsed.message}, ${placeIn(text, parsed.offset)}` }
}

/** Describes the position of an error by the text at the offset: `at "}, {"`, or `at its end`. */
export function placeIn(text: string, offset: number): string {
  const rest = text.slice(offset)
  if (rest.trim() === '') return 'at its end'
  return `at ${JSON.stringify(rest.length > 20 ? `${rest.slice(0, 19)}…` : rest)}`
}
