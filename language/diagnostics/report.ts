import type { Span } from '../source.ts'
import type { Entry, Params } from './catalogue/define.ts'
import type { Diagnostic, Fix } from './diagnostic.ts'

/** Creates a diagnostic of a catalogue entry at a span. */
export function report<P extends Params>(
  entry: Entry<P>,
  span: Span,
  params: P,
  related: Diagnostic['related'] = [],
  fixes: readonly Fix[] = [],
): Diagnostic {
  const { code, severity } = entry
  return { code, severity, message: entry.message(params), help: entry.help(params), span, related, fixes }
}

/** Returns the fix that replaces a mistyped name by the suggested one, if any. */
export function renameTo(suggestion: string | null, span: Span): readonly Fix[] {
  return suggestion === null ? [] : [{ title: `replace it with \`${suggestion}\``, edits: [{ span, text: suggestion }] }]
}
