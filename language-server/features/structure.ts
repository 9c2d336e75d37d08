/** Features that need the tree of a file alone: folding, selection, formatting, links. */
import {
  type DocumentLink,
  type FoldingRange,
  FoldingRangeKind,
  type Position,
  type SelectionRange,
  type TextEdit,
} from 'vscode-languageserver-types'
import { type File, format, type Text, visit } from '../../language/index.ts'
import { nodesAt } from '../text/nodes-at.ts'
import { offsetOf, placeOf, rangeOf } from '../text/positions.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'

/** Declarations, routes with several lines, and comments that follow one another. */
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

export function selectionRangesAt({ file, source }: PolicyFile, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    let selection: SelectionRange | undefined
    for (const { span } of nodesAt(file, offsetOf(source, position))) {
      const range = rangeOf(span)
      const isSame = selection !== undefined && JSON.stringify(selection.range) === JSON.stringify(range)
      if (!isSame) selection = selection === undefined ? { range } : { range, parent: selection }
    }
    return selection ?? { range: { start: position, end: position } }
  })
}

/** Returns one edit of the lines that change; none for a text with syntax errors, which is left as it is. */
export function formattingOf({ source }: PolicyFile): TextEdit[] {
  const { text } = format(source)
  if (text === null || text === source.text) return []
  const [start, end] = changedBetween(source.text, text)
  const range = rangeOf({ source, start, end: source.text.length - end })
  return [{ range, newText: text.slice(start, text.length - end) }]
}

/** Returns how many characters are the same at the beginning and at the end, in whole lines. */
function changedBetween(before: string, after: string): readonly [start: number, end: number] {
  const most = Math.min(before.length, after.length)
  let start = 0
  for (let at = 0; at < most && before[at] === after[at]; at += 1) if (before[at] === '\n') start = at + 1
  let end = 0
  for (let at = 0; at < most - start && before.at(-1 - at) === after.at(-1 - at); at += 1)
    if (before.at(-1 - at) === '\n') end = at
  return [start, end]
}

/** Imported policies, schemas, OpenAPI documents and JSON values. */
export function linksOf(workspace: Workspace, { project, file, source }: PolicyFile): DocumentLink[] {
  const links: DocumentLink[] = []
  const add = (text: Text) => {
    const [path = ''] = text.value.split('#')
    if (path === '' || text.span.end - text.span.start < 3) return
    const name = resolved(source.name, path)
    if (name === null) return
    const range = rangeOf({ source, start: text.span.start + 1, end: text.span.end - 1 })
    links.push({ range, target: workspace.uriOf(project, name), tooltip: name })
  }
  visit(file, (node) => {
    if (node.kind === 'Import' || node.kind === 'SchemaBody' || node.kind === 'JsonFile') add(node.from)
    else if (node.kind === 'ServiceDeclaration' && node.openapi !== null) add(node.openapi)
  })
  return links
}

/** Returns the name of a file relative to the project; null if it would be outside. */
function resolved(from: string, path: string): string | null {
  const parts = from.split('/').slice(0, -1)
  for (const part of path.split('/')) {
    if (part === '.' || part === '') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}
