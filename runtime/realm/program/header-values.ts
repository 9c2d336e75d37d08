import type { HeaderLookup } from '../../abi/index.ts'

/** Values of the headers that a route declares to read, and the number of lines of each header. */
export class HeaderValues implements HeaderLookup {
  readonly #names: readonly unknown[]
  readonly #lines: readonly (string | number | undefined)[]

  constructor(names: readonly unknown[], lines: readonly (string | number | undefined)[]) {
    this.#names = names
    this.#lines = lines
  }

  get(name: string): string | undefined {
    return this.#lines[this.#at(name)] as string | undefined
  }

  count(name: string): number {
    return this.#lines[this.#at(name) + 1] as number
  }

  #at(name: string): number {
    const at = this.#names.indexOf(name)
    // Absence would let a rule decide without it.
    if (at < 0) throw new Error(`the policy reads the header \`${name}\`, which its route does not declare: rebuild the bundle`)
    return at * 2
  }
}

export const NO_HEADERS: HeaderLookup = new HeaderValues([], [])
