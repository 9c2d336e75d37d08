/** Diagnostics as `--format json` writes them (`spec/language/cli-json.md`). */
import { type Diagnostic, positionAt, type Span } from '../../language/index.ts'
import type { DiagnosticJson, PlaceJson } from './diagnostic-json.ts'

export function spanJson(span: Span): PlaceJson {
  const point = (offset: number) => ({ ...positionAt(span.source, offset), offset })
  return { file: span.source.name, start: point(span.start), end: point(span.end) }
}

export function diagnosticJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, help, span, related, fixes } = diagnostic
  return {
    code,
    severity,
    message,
    help,
    ...spanJson(span),
    related: related.map((other) => ({ message: other.message, ...spanJson(other.span) })),
    fixes: fixes.map(({ title, edits, hasPlaceholders = false }) => ({
      title,
      edits: edits.map((edit) => ({ ...spanJson(edit.span), text: edit.text })),
      hasPlaceholders,
    })),
  }
}
