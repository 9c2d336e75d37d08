/**
 * A diagnostic as text for people: its sentence, the lines that it is about with marks under them, other places that
 * matter, and what to do.
 *
 *     error[IAP1001]: expected `)`, but found `to`
 *       --> orders.iap:4:3
 *       |
 *     4 |   to staff
 *       |   ^^
 *       = help: write `)` here, or take out what is too much
 */
import { positionAt, type Span } from '../source.ts'
import type { Diagnostic } from './diagnostic.ts'
import { displayed, displayWidth } from './display.ts'

/** ANSI colors, or none. */
interface Palette {
  readonly strong: (text: string) => string
  readonly main: (text: string) => string
  readonly frame: (text: string) => string
}

const plain: Palette = { strong: String, main: String, frame: String }

function colours(severity: Diagnostic['severity']): Palette {
  const painted = (codes: string) => (text: string) => `\x1b[${codes}m${text}\x1b[0m`
  return { strong: painted('1'), main: painted(severity === 'error' ? '1;31' : '1;33'), frame: painted('1;34') }
}

export function renderDiagnostic(diagnostic: Diagnostic, { color }: { color: boolean }): string {
  const palette = color ? colours(diagnostic.severity) : plain
  const { code, severity, message, help, span, related } = diagnostic
  const places = [span, ...related.map((place) => place.span)]
  const gutter = Math.max(...places.map((place) => String(positionAt(place.source, place.end).line).length))
  const lines = [
    palette.main(`${severity}[${code}]`) + palette.strong(`: ${displayed(message)}`),
    ...frame(span, '^', palette.main, palette.frame, gutter),
    ...(help === '' ? [] : [`${' '.repeat(gutter)} ${palette.frame('=')} ${palette.strong('help')}: ${displayed(help)}`]),
  ]
  for (const place of related) {
    lines.push(`${palette.strong('note')}: ${displayed(place.message)}`)
    lines.push(...frame(place.span, '-', palette.frame, palette.frame, gutter))
  }
  return lines.join('\n')
}

/** The number of leading lines of a long span that are shown, besides its last. */
const SHOWN_LINES = 3

function frame(
  span: Span,
  mark: string,
  paint: (text: string) => string,
  edge: (text: string) => string,
  gutter: number,
): string[] {
  const { source } = span
  const start = positionAt(source, span.start)
  // A span that ends with a line break does not extend into the next line.
  const last = positionAt(source, Math.max(span.start, span.end - 1)).line
  const margin = `${' '.repeat(gutter)} `
  const lines = [`${margin}${edge('-->')} ${displayed(source.name)}:${start.line}:${start.column}`, `${margin}${edge('|')}`]
  let lineStart = span.start - (start.column - 1)
  for (let line = start.line; line <= last; line += 1) {
    const lineEnd = endOfLine(source.text, lineStart)
    if (line < start.line + SHOWN_LINES || line === last) {
      const text = source.text.slice(lineStart, lineEnd)
      const marked = { from: Math.max(span.start - lineStart, 0), to: Math.min(span.end - lineStart, text.length) }
      const { shown, before, width } = underline(text, marked)
      lines.push(`${edge(`${String(line).padStart(gutter)} |`)} ${shown}`.trimEnd())
      // An empty span has a mark; an empty line within a span has none.
      const marks = mark.repeat(line === start.line ? Math.max(1, width) : width)
      if (marks !== '') lines.push(`${margin}${edge('|')} ${' '.repeat(before)}${paint(marks)}`)
    } else if (line === start.line + SHOWN_LINES) lines.push(edge('...'))
    lineStart = nextLine(source.text, lineStart)
  }
  return lines
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  if (end === -1) return text.length
  return text[end - 1] === '\r' && end > from ? end - 1 : end
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end + 1
}

/** Longer lines are cut to a window around the mark. */
const WINDOW = 140

/** Returns one line as shown, and the columns of the marks for `[from, to)`, without leading white space. */
function underline(text: string, { from, to }: { from: number; to: number }): { shown: string; before: number; width: number } {
  const indent = from === 0 ? text.length - text.trimStart().length : from
  const start = indent < to ? indent : from
  const end = indent < to ? to : from
  const cut = text.length > WINDOW
  const windowStart = cut ? Math.max(0, Math.min(start - 30, text.length - WINDOW)) : 0
  const windowEnd = cut ? windowStart + WINDOW : text.length
  const prefix = windowStart > 0 ? '…' : ''
  const shown = prefix + displayed(text.slice(windowStart, windowEnd)) + (windowEnd < text.length ? '…' : '')
  const before = displayWidth(prefix + displayed(text.slice(windowStart, start)))
  const width = displayWidth(displayed(text.slice(start, Math.max(start, Math.min(end, windowEnd)))))
  return { shown, before, width }
}
