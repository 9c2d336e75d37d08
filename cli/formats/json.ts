/** Diagnostics as `--format json` writes them (`spec/language/cli-json.md`). */
import { type Diagnostic, positionAt, type Span } from '../../language/index.ts'

/** Positions from 1, offsets from 0, in UTF-16 units. */
export function spanJson(span: Span): object {
  const point = (offset: number) => ({ ...positionAt(span.source, offset), offset })
  return { file: span.source.name, start: point(span.start), end: point(span.end) }
}

export function diagnosticJson(diagnostic: Diagnostic): object {
  const { code, severity, message, help, span, related, fixes } = diagnostic
  return {
    code,
    severity,
    message,
    help,
    ...spanJson(span),
    related: related.map((other) => ({ message: other.message, ...spanJson(other.span) })),
    fixes: fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map((edit) => ({ ...spanJson(edit.span), text: edit.text })),
    })),
  }
}
