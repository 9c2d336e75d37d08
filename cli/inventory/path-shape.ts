import { type Part, parameterName, partsOfPath } from '../../runtime/learn/index.ts'

/** Paths of one route → its template, as far as they show it: where they differ is a parameter. */
export class PathShape {
  #parts: readonly Part[] | null = null
  #isOpen = false

  add(path: string): void {
    const parts = partsOfPath(path)
    if (this.#parts === null) {
      this.#parts = parts
      return
    }
    const known = this.#parts
    // What is behind a shorter one is the rest, which is never nothing.
    const isOpen = this.#isOpen || parts.length !== known.length
    const most = this.#isOpen ? known.length : isOpen ? known.length - 1 : known.length
    const fixed = isOpen ? Math.min(most, parts.length - 1) : most
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
