import type { Span } from '../source.ts'
import type { Entry, Params } from './catalogue/define.ts'
import type { Diagnostic } from './diagnostic.ts'

/** A diagnostic of a kind in the catalogue, at a place. */
export function report<P extends Params>(
  entry: Entry<P>,
  span: Span,
  params: P,
  related: Diagnostic['related'] = [],
): Diagnostic {
  return { code: entry.code, severity: entry.severity, message: entry.message(params), help: entry.help(params), span, related }
}
