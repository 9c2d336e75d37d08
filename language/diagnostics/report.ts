import type { Span } from '../source.ts'
import type { Entry, Params } from './catalogue/define.ts'
import type { Diagnostic, Fix } from './diagnostic.ts'

/** A diagnostic of a kind in the catalogue, at a place. */
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

/** The fix that replaces a mistyped name by the one that is suggested; none where nothing is. */
export function renameTo(suggestion: string | null, span: Span): readonly Fix[] {
  return suggestion === null ? [] : [{ title: `replace it by \`${suggestion}\``, edits: [{ span, text: suggestion }] }]
}
