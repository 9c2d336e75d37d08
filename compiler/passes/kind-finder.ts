import { children, type Expr, isFlat } from '../ir/index.ts'

/** Whether there is something of some kinds in an expression, itself included: remembered as long as this lives. */
export class KindFinder {
  readonly #kinds: ReadonlySet<Expr['kind']>
  readonly #known = new Map<Expr, boolean>()

  constructor(...kinds: readonly Expr['kind'][]) {
    this.#kinds = new Set(kinds)
  }

  isIn(expression: Expr): boolean {
    if (this.#kinds.has(expression.kind)) return true
    if (isFlat(expression)) return false
    const known = this.#known.get(expression)
    if (known !== undefined) return known
    let found = false
    for (const child of children(expression)) found ||= this.isIn(child)
    this.#known.set(expression, found)
    return found
  }
}
