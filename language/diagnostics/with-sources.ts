import type { Source, Span } from '../source.ts'
import type { Diagnostic } from './diagnostic.ts'

/**
 * Returns diagnostics whose spans are of the given sources. Trees of unchanged declarations are kept with the text in which
 * they were read (`project/project-memo.ts`). It is the same up to their end, and not after it.
 */
export function withSources(diagnostics: readonly Diagnostic[], sources: readonly Source[]): readonly Diagnostic[] {
  const byName = new Map(sources.map((source) => [source.name, source]))
  const isOf = ({ source }: Span) => (byName.get(source.name) ?? source) === source
  const moved = <T extends { readonly span: Span }>(one: T): T =>
    isOf(one.span) ? one : { ...one, span: { ...one.span, source: byName.get(one.span.source.name) ?? one.span.source } }
  return diagnostics.map((one) => {
    const edits = one.fixes.flatMap((fix) => fix.edits)
    if ([one, ...one.related, ...edits].every(({ span }) => isOf(span))) return one
    const fixes = one.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(moved) }))
    return { ...moved(one), related: one.related.map(moved), fixes }
  })
}
