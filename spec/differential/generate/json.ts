/** JSON that fits a type, or nearly does. */

import { type Constants, constantsOf } from '../../../compiler/testing/invariants/constants.ts'
import type { FieldShape, Model, Type } from '../../../language/index.ts'
import * as pool from './constants.ts'
import type { Random } from './random.ts'

export class JsonGenerator {
  readonly constants: Constants
  readonly #random: Random

  /** Made of what the conditions of the policy name, and of what lies next to it. */
  constructor(model: Model, random: Random) {
    const found = constantsOf(model)
    this.constants = {
      ...found,
      ints: distinct([...found.ints, ...pool.INTS.slice(0, 6)]),
      doubles: distinct([...found.doubles, ...pool.DOUBLES]),
      strings: distinct([...found.strings, ...pool.TEXTS]),
    }
    this.#random = random
  }

  /** `isClaim`: a time may be seconds. */
  value(type: Type, isClaim = false): unknown {
    const random = this.#random
    const { constants } = this
    switch (type.kind) {
      case 'bool':
        return random.chance(0.5)
      case 'int':
        return random.pick(constants.ints)
      case 'double':
        return random.chance(0.85) ? random.pick(constants.doubles) : random.pick(constants.ints)
      case 'string':
        return this.text()
      case 'literals':
        return random.pick(type.values)
      case 'timestamp':
        if (isClaim && random.chance(0.3)) return random.pick([1767268800, 1767268500.5, 0, -1, 1767268799.9994])
        return random.pick(random.chance(0.5) ? constants.timestamps : pool.TIMESTAMPS)
      case 'duration':
        return random.pick(random.chance(0.5) ? constants.durations : pool.DURATIONS)
      case 'ip':
        return random.pick(random.chance(0.5) ? constants.addresses : pool.ADDRESSES)
      case 'cidr':
        return random.pick(random.chance(0.5) ? constants.networks : pool.RANGES)
      case 'list':
      case 'set':
        return random.list(0, random.chance(0.15) ? 5 : 3, () => this.value(type.element, isClaim))
      case 'map':
        return Object.fromEntries(random.list(0, 3, () => [this.#key(), this.value(type.value, isClaim)]))
      case 'record':
        return this.record(type.fields, isClaim)
      case 'hierarchy':
        return this.#hierarchy()
      default:
        throw new Error(`no value comes in as ${type.kind}`)
    }
  }

  /** Fields by the names that they come in by. */
  record(fields: ReadonlyMap<string, FieldShape>, isClaim: boolean): Record<string, unknown> {
    const random = this.#random
    const made: Record<string, unknown> = {}
    for (const { type, optional, path } of fields.values()) {
      if (!optional || random.chance(0.62)) put(made, path, this.value(type, isClaim))
      else if (random.chance(0.2)) put(made, path, null)
    }
    return made
  }

  text(): string {
    const random = this.#random
    const { strings } = this.constants
    const text = random.chance(0.15) ? random.pick(pool.WIDE) : random.pick(strings)
    return random.way([
      [12, () => text],
      [1, () => text + random.pick(strings)],
      [1, () => text.toUpperCase()],
    ])
  }

  #key(): string {
    return this.#random.chance(0.7) ? this.#random.pick(pool.KEYS) : this.text()
  }

  /** Parents come later in the list, so that there is no cycle. */
  #hierarchy(): Record<string, readonly string[]> {
    const names = this.#random.sample(this.constants.strings, 7)
    return Object.fromEntries(
      names.slice(0, 5).map((name, at) => [name, this.#random.sample(names.slice(at + 1), this.#random.int(0, 2))]),
    )
  }

  /** Of no type that anything is declared as. */
  wrongJson(): unknown {
    return this.#random.pick<unknown>([
      ...[undefined, null, 5, 5.5, pool.GREATEST + 1, 'x', '5', '\ud800', true, [], [5], ['\ud800'], [null], {}, { a: null }],
      ...[{ city: 5 }, '2026-02-30T00:00:00Z', '1.2.3.4.5', '10.0.0.0/33', 1e300, { a: ['a'], b: ['a', 'b'] }],
    ])
  }

  /** Somewhere in it, something that does not fit, or is more than was declared. */
  spoilt(value: unknown): unknown {
    const random = this.#random
    if (typeof value !== 'object' || value === null || random.chance(0.2)) return this.wrongJson()
    if (Array.isArray(value)) {
      if (value.length === 0 || random.chance(0.3)) return [...value, this.wrongJson() ?? null]
      const at = random.int(0, value.length - 1)
      return value.with(at, this.spoilt(value[at]) ?? null)
    }
    const names = Object.keys(value)
    if (names.length === 0 || random.chance(0.2)) return { ...value, undeclared: 1 }
    const name = random.pick(names)
    const copy: Record<string, unknown> = { ...value }
    put(copy, [name], this.spoilt(copy[name]))
    return copy
  }
}

/** Sets what is under a path of keys, `__proto__` among them; undefined takes it away. */
export function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let whole = into
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(whole, key) ? whole[key] : {}
    define(whole, key, inner)
    if (typeof inner !== 'object' || inner === null) return
    whole = inner as Record<string, unknown>
  }
  const key = path.at(-1) as string
  if (value === undefined) delete whole[key]
  else define(whole, key, value)
}

function define(into: object, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
