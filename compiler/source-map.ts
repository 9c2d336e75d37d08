/** The source map (version 3) of `policy.js`: from its lines to those of the sources that the bundle holds beside it. */
import { encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
import type { Source, Span } from '../language/index.ts'
import { POLICY_ENTRY, SOURCES_FOLDER } from '../runtime/abi/index.ts'
import type { Mark } from './codegen/index.ts'

/** As text: JSON, the same for the same marks and places. */
export function sourceMapOf(marks: readonly Mark[], spans: ReadonlyMap<string, Span>): string {
  const used = [...new Set(marks.flatMap(({ place }) => spanOf(place, spans)?.source ?? []))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const indices = new Map(used.map((source, index) => [source, index]))
  const lines = new Map(used.map((source) => [source, linesOf(source)]))
  const mappings: SourceMapSegment[][] = []
  for (const { line, column, place } of marks) {
    while (mappings.length <= line) mappings.push([])
    const span = spanOf(place, spans)
    mappings[line]?.push(span === null ? [column] : segment(column, span))
  }
  const sources = used.map(({ name }) => name)
  const map = { version: 3, file: POLICY_ENTRY, sourceRoot: SOURCES_FOLDER, sources, names: [], mappings: encode(mappings) }
  return `${JSON.stringify(map)}\n`

  function segment(column: number, { source, start }: Span): SourceMapSegment {
    const starts = lines.get(source) as readonly number[]
    const line = lineOf(starts, start)
    return [column, indices.get(source) as number, line, start - (starts[line] as number)]
  }
}

function spanOf(place: string | null, spans: ReadonlyMap<string, Span>): Span | null {
  if (place === null) return null
  const span = spans.get(place)
  if (span === undefined) throw new Error(`\`${place}\` is nowhere`)
  return span
}

/** Where each line begins: `positionAt` would go through the text once for each place. A byte order mark is not a column. */
function linesOf({ text }: Source): readonly number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The last line that begins at or before an offset. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
