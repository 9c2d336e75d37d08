/** Diagnostics as `--format json` writes them (`spec/language/cli-json.md`). */
import type { Diagnostic } from '../../language/index.ts'
import type { DiagnosticJson } from './diagnostic-json.ts'
import { spanJson } from './explain/explanation-json.ts'

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
