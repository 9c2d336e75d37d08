/** Sets and maps of data: made when pushed, searched with new strings of requests. */
import { TextIndex } from './text-index.ts'

export class TextSet extends Set<string> {
  readonly #index: TextIndex

  constructor(texts: readonly string[]) {
    super(texts)
    this.#index = new TextIndex([...this])
  }

  override has(text: string): boolean {
    return this.#index.find(text) >= 0
  }
}

export class TextMap<T> extends Map<string, T> {
  readonly #index: TextIndex
  readonly #values: readonly T[]

  constructor(entries: readonly (readonly [string, T])[]) {
    super(entries)
    this.#index = new TextIndex([...this.keys()])
    this.#values = [...this.values()]
  }

  positionOf(text: string): number {
    return this.#index.find(text)
  }

  /** Returns the value of the key at a position that `positionOf` has returned, or `undefined` for −1. */
  entryAt(position: number): T | undefined {
    return position < 0 ? undefined : this.#values[position]
  }

  mapped<U>(map: (value: T) => U): TextMap<U> {
    return new TextMap([...this].map(([key, value]) => [key, map(value)]))
  }

  override get(text: string): T | undefined {
    const at = this.#index.find(text)
    return at < 0 ? undefined : this.#values[at]
  }

  override has(text: string): boolean {
    return this.#index.find(text) >= 0
  }
}
