import { quote } from './constants.ts'
import type { Random } from './random.ts'

/** What may stand before a declaration and changes nothing: documentation, comments, former names, what is deprecated. */
export class Decorator {
  readonly #random: Random
  #former = 0

  constructor(random: Random) {
    this.#random = random
  }

  decorated(declaration: string): string {
    const random = this.#random
    const lines: string[] = []
    if (random.chance(0.1)) lines.push('// What follows is a declaration.')
    if (random.chance(0.12)) lines.push('/// Says what it is for.', ...(random.chance(0.3) ? ['///', '///   And how.'] : []))
    // Nobody uses a rule by its name.
    const isRule = /^(shadow )?(permit|forbid|invariant) /.test(declaration)
    if (random.chance(0.05)) {
      this.#former += 1
      lines.push(`@was(${quote(`former${this.#former}`)})`)
    }
    if (!isRule && random.chance(0.05)) lines.push('@deprecated("use another")')
    return [...lines, declaration].join('\n')
  }
}
