import { type Part, parameterName, partsOfPath } from '../../runtime/proxy/discovery/index.ts'

/**
 * Derives a path template from observed paths of one route. Segments that differ become parameters; if lengths differ, the end
 * becomes a rest parameter.
 */
export class PathShape {
  #parts: readonly Part[] | null = null
  #isOpen = false

  add(path: string): void {
    const all = partsOfPath(path)
    const isRest = all.at(-1)?.kind === 'rest'
    const parts = isRest ? all.slice(0, -1) : all
    const known = this.#parts
    if (known === null) {
      this.#parts = parts
      this.#isOpen = isRest
      return
    }
    // For different lengths, everything after the shorter path is a rest, which is never empty.
    const isOpen = this.#isOpen || isRest || parts.length !== known.length
    const [one, other] = [this.#isOpen ? known.length : known.length - 1, isRest ? parts.length : parts.length - 1]
    const fixed = isOpen ? Math.min(one, other) : known.length
    this.#isOpen = isOpen
    this.#parts = known.slice(0, fixed).map((part, at) => merged(part, parts[at] as Part))
  }

  template(): string {
    const written: string[] = []
    for (const part of this.#parts ?? [])
      written.push(part.kind === 'word' ? part.text : `{${parameterName(written)}${part.kind === 'int' ? ': int' : ''}}`)
    return `/${[...written, ...(this.#isOpen ? ['{rest...}'] : [])].join('/')}`
  }
}

function merged(one: Part, other: Part): Part {
  if (one.kind === 'word' && other.kind === 'word' && one.text === other.text) return one
  return { kind: one.kind === 'int' && other.kind === 'int' ? 'int' : 'text' }
}
