/** Groups of permits that set one header, so that most that exclude each other are not compared one by one. */
import type { Route, Rule } from '../model.ts'
import { type ImpliedConstraints, promisesOf } from './implied-constraints.ts'

export class Setter {
  readonly rule: Rule
  /** Key of the header's value: equal for values that are written alike. */
  readonly value: string
  private promised: ImpliedConstraints | null = null

  constructor(rule: Rule, value: string) {
    this.rule = rule
    this.value = value
  }

  /** The constraints that hold if the permit applies. Computed on first use, when the setter is compared with another. */
  get promises(): ImpliedConstraints {
    this.promised ??= promisesOf(this.rule)
    return this.promised
  }

  /**
   * Returns the only constants, as JSON, that the expression with this key can equal if the permit holds; null if it can have
   * other values.
   *
   * @param path key of the expression (`writtenKey`)
   */
  pins(path: string): readonly string[] | null {
    const among = this.promises.domains.get(path)?.among
    return among === null || among === undefined ? null : [...among].map(textOf)
  }
}

function textOf(constant: unknown): string {
  return JSON.stringify(constant)
}

/** The group sizes at which a split is tried. */
const TRIES: ReadonlySet<number> = new Set([16, 128, 1024])

/**
 * Permits on one list of routes that set the same header. A large group is split by the constants that the permits require of one
 * expression, as permits with different constants never hold together.
 */
export class SetterGroup {
  readonly routes: readonly Route[]
  private readonly all: Setter[] = []
  private path: string | null = null
  private readonly pinned = new Map<string, Setter[]>()
  private readonly others: Setter[] = []

  constructor(routes: readonly Route[]) {
    this.routes = routes
  }

  add(setter: Setter): void {
    this.all.push(setter)
    if (this.path !== null) this.place(setter, this.path)
    else if (TRIES.has(this.all.length)) this.part()
  }

  /** Yields the permits of the group that may hold together with this one, as far as the split by constants tells. */
  *meeting(setter: Setter): Iterable<Setter> {
    const pins = this.path === null ? null : setter.pins(this.path)
    if (pins === null) {
      yield* this.all
      return
    }
    yield* this.others
    for (const pin of pins) yield* this.pinned.get(pin) ?? []
  }

  private part(): void {
    const [first] = this.all
    const paths = first === undefined ? [] : [...first.promises.domains.keys()]
    this.path = paths.find((path) => this.all.every((setter) => setter.pins(path) !== null)) ?? null
    if (this.path !== null) for (const setter of this.all) this.place(setter, this.path)
  }

  private place(setter: Setter, path: string): void {
    const pins = setter.pins(path)
    if (pins === null) this.others.push(setter)
    for (const pin of pins ?? []) {
      const known = this.pinned.get(pin)
      if (known === undefined) this.pinned.set(pin, [setter])
      else known.push(setter)
    }
  }
}
