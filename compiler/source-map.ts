/** The source map (version 3) of `policy.js` onto the sources in the bundle. */
import type { Source, Span } from '../language/index.ts'
import { POLICY_ENTRY, SOURCES_FOLDER } from '../runtime/abi/index.ts'
import type { Location, Places } from './codegen/index.ts'
import type { PlacedTogether } from './places.ts'

/**
 * Locations of a policy's rules and declarations for its source map. After an update, the location of an unchanged one is the
 * same object.
 */
export class PolicyPlaces implements Places {
  /** Sorted names of the source files. Locations refer to them by index. */
  sources: readonly string[] = []
  readonly #known = new Map<string, KnownPlaces>()
  /** The names of the files of all places. */
  #files: ReadonlyMap<PlacedTogether, readonly string[]> = new Map()
  /** The starts of sources' lines. */
  #lines = new Map<Source, readonly number[]>()

  /**
   * Replaces all locations by those of a new version of the policy.
   *
   * @param all the locations, with the same objects for unchanged parts of the policy
   */
  update(all: readonly PlacedTogether[]): void {
    const before = this.#files
    this.#files = new Map(all.map((places) => [places, before.get(places) ?? filesOf(places)]))
    const names = new Set<string>()
    for (const files of this.#files.values()) for (const name of files) names.add(name)
    const sources = [...names].sort()
    const isSame = sources.join('\n') === this.sources.join('\n')
    this.sources = sources
    this.#lines = new Map()

    const gone = new Set<string>()
    for (const places of before.keys()) if (!this.#files.has(places)) for (const [place] of places) gone.add(place)
    for (const places of all) {
      if (isSame && before.has(places)) continue
      for (const [place, span] of places) {
        gone.delete(place)
        if (!isSame || this.#known.get(place)?.span !== span) this.#leave(place, span)
      }
    }
    for (const place of gone) this.#leave(place, null)
  }

  /** Invalidates the location of a place that moved or vanished. */
  #leave(place: string, span: Span | null): void {
    const location = this.#known.get(place)?.location ?? null
    const stays = location !== null && span !== null && isAt(location, this.#find(span))
    if (location !== null && !stays) location.left = true
    if (span === null) this.#known.delete(place)
    else this.#known.set(place, { span, location: stays ? location : null })
  }

  locate(place: string): Location {
    const known = this.#known.get(place)
    if (known === undefined) throw new Error(`\`${place}\` is nowhere`)
    known.location ??= this.#find(known.span)
    return known.location
  }

  #find({ source, start }: Span): Found {
    const starts = this.#lines.get(source) ?? linesOf(source)
    this.#lines.set(source, starts)
    const line = lineOf(starts, start)
    return { source: this.sources.indexOf(source.name), line, column: start - (starts[line] as number), left: false }
  }
}

/** By name: one file may have spans of its current text, and of its text before a later change. */
function filesOf(places: PlacedTogether): readonly string[] {
  return [...new Set(places.map(([, { source }]) => source.name))]
}

interface Found extends Location {
  left: boolean
}

interface KnownPlaces {
  readonly span: Span
  /** Computed on demand. */
  location: Found | null
}

function isAt(one: Location, { source, line, column }: Location): boolean {
  return one.source === source && one.line === line && one.column === column
}

/** Returns a source map (version 3) as JSON text. Equal mappings and sources give equal texts. */
export function sourceMapOf(mappings: string, sources: readonly string[]): string {
  const map = { version: 3, file: POLICY_ENTRY, sourceRoot: SOURCES_FOLDER, sources, names: [], mappings }
  return `${JSON.stringify(map)}\n`
}

/** Returns the starts of lines: `positionAt` would scan the text for each place. A byte order mark is no column. */
function linesOf({ text }: Source): readonly number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Returns the last line that begins at or before an offset. */
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
