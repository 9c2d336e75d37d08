import type { Diagnostic, Source, Span } from '../../language/index.ts'

/**
 * Returns earlier warnings at their places in the texts of now, so that they stay in sight until they are looked for again. Those
 * whose text has changed are left out.
 */
export function movedWarnings(warnings: readonly Diagnostic[], sources: readonly Source[]): readonly Diagnostic[] {
  if (warnings.length === 0) return warnings
  const byName = new Map(sources.map((source) => [source.name, source]))
  const moves = new Map<Source, (span: Span) => Span | null>()
  const moved = (span: Span): Span | null => {
    const { source } = span
    const move = moves.get(source) ?? moveBetween(source, byName.get(source.name))
    moves.set(source, move)
    return move(span)
  }
  return warnings.flatMap((warning) => {
    const span = moved(warning.span)
    if (span === null) return []
    if (span === warning.span && warning.related.every((one) => moved(one.span) === one.span)) return [warning]
    const related = warning.related.flatMap((one) => {
      const span = moved(one.span)
      return span === null ? [] : [{ ...one, span }]
    })
    return [{ ...warning, span, related }]
  })
}

/** Texts are compared by their beginnings and ends: between them they have changed. */
function moveBetween(before: Source, now: Source | undefined): (span: Span) => Span | null {
  if (now === undefined) return () => null
  if (now.text === before.text) return (span) => span
  const most = Math.min(before.text.length, now.text.length)
  let start = 0
  while (start < most && before.text[start] === now.text[start]) start += 1
  let end = 0
  while (end < most - start && before.text.at(-1 - end) === now.text.at(-1 - end)) end += 1
  const by = now.text.length - before.text.length
  return (span) => {
    if (span.end <= start) return { source: now, start: span.start, end: span.end }
    if (span.start >= before.text.length - end) return { source: now, start: span.start + by, end: span.end + by }
    return null
  }
}
