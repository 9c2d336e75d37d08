/** The source map (version 3) of `policy.js`: from its lines to those of the sources that the bundle holds beside it. */
import type { Source, Span } from '../language/index.ts'
import { POLICY_ENTRY, SOURCES_FOLDER } from '../runtime/abi/index.ts'
import type { Locate, Location } from './codegen/index.ts'

/** Where places are: their positions among these sources, which are sorted by name. */
export interface Places {
  readonly sources: readonly string[]
  readonly locate: Locate
}

export function locatePlaces(spans: ReadonlyMap<string, Span>): Places {
  const sources = [...new Set([...spans.values()].map(({ source }) => source))].sort((a, b) => (a.name < b.name ? -1 : 1))
  const indices = new Map(sources.map((source, index) => [source, index]))
  const lines = new Map<Source, readonly number[]>()
  const known = new Map<string, Location>()
  const locate = (place: string): Location => {
    const before = known.get(place)
    if (before !== undefined) return before
    const span = spans.get(place)
    if (span === undefined) throw new Error(`\`${place}\` is nowhere`)
    const starts = lines.get(span.source) ?? linesOf(span.source)
    lines.set(span.source, starts)
    const line = lineOf(starts, span.start)
    const found = { source: indices.get(span.source) as number, line, column: span.start - (starts[line] as number) }
    known.set(place, found)
    return found
  }
  return { sources: sources.map(({ name }) => name), locate }
}

/** As text: JSON, the same for the same mappings and sources. */
export function sourceMapOf(mappings: string, sources: readonly string[]): string {
  const map = { version: 3, file: POLICY_ENTRY, sourceRoot: SOURCES_FOLDER, sources, names: [], mappings }
  return `${JSON.stringify(map)}\n`
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
