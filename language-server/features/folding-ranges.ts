import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types'
import type { File } from '../../language/index.ts'
import { placeOf } from '../text/positions.ts'

/** Returns what can be folded: the imports, declarations, routes of several lines, and comments that follow one another. */
export function foldingRangesOf({ declarations, comments, imports, span: { source } }: File): FoldingRange[] {
  const lineOf = (offset: number) => placeOf(source, offset).line
  const ranges: FoldingRange[] = []
  const add = (start: number, end: number, kind?: FoldingRangeKind) => {
    if (end > start) ranges.push({ startLine: start, endLine: end, ...(kind === undefined ? {} : { kind }) })
  }
  const [first, last] = [imports[0], imports.at(-1)]
  if (first !== undefined && last !== undefined) add(lineOf(first.span.start), lineOf(last.span.end), FoldingRangeKind.Imports)
  for (const declaration of declarations) {
    const name = lineOf(declaration.name.span.start)
    add(name, lineOf(declaration.span.end))
    if (declaration.kind === 'ServiceDeclaration')
      for (const { span } of declaration.routes) add(lineOf(span.start), lineOf(span.end))
  }
  let begun: { start: number; end: number } | null = null
  for (const { span } of comments) {
    const [start, end] = [lineOf(span.start), lineOf(span.end)]
    if (begun !== null && start <= begun.end + 1) begun.end = end
    else {
      if (begun !== null) add(begun.start, begun.end, FoldingRangeKind.Comment)
      begun = { start, end }
    }
  }
  if (begun !== null) add(begun.start, begun.end, FoldingRangeKind.Comment)
  return ranges
}
