import type { HeaderLookup } from '../../abi/index.ts'

/** The headers of a request that its route reads, by the names that the route declares: a value and a number of lines each. */
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
    // Never taken for absent: a rule would decide without it.
    if (at < 0) throw new Error(`the policy reads the header \`${name}\`, and its route does not say so`)
    return at * 2
  }
}

export const NO_HEADERS: HeaderLookup = new HeaderValues([], [])
