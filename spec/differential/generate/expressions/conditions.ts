/** Expressions that check, from the types of what can be read, with guards that narrow as the checker narrows. */
import type { Type } from '../../../../language/index.ts'
import type { Random } from '../random.ts'
import * as t from '../types.ts'
import { nearTheEnd } from './arithmetic.ts'
import { elementOf } from './collections.ts'
import { compared, relation } from './comparisons.ts'
import { type Environment, join, withVariable } from './environment.ts'
import { shownFeature } from './features.ts'
import { chained, doubtful, guard, isCaller, not } from './guards.ts'
import { int } from './literals.ts'
import type { How, Maker } from './maker.ts'
import { readable } from './readable.ts'
import { aboutRead, test } from './tests.ts'
import { value } from './values.ts'
import { type Condition, LEVEL, plain, primary, type Written, within, written } from './written.ts'

export class Expressions implements Maker {
  readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  value(type: Type, at: Environment, depth: number, how: How = {}): Written {
    return value(type, this, at, depth, how)
  }

  condition(at: Environment, depth: number): Condition {
    const { random } = this
    const one = () => plain(test(this, at, depth), at)
    if (depth <= 0) return random.chance(0.35) ? guard(this, at) : one()
    return random.way<Condition>([
      [6, one],
      [2.5, () => guard(this, at)],
      [3, () => this.#chain(at, depth, '&&')],
      [3, () => this.#chain(at, depth, '||')],
      [2, () => this.#guarded(at, depth)],
      [1.3, () => not(this.condition(at, depth - 1))],
      [1, () => this.#conditional(at, depth)],
      [0.6, () => this.#doubtful(at, depth)],
      [at.roles.length > 1 ? 0.4 : 0, () => this.#either(at)],
    ])
  }

  /** A condition that, where it can, reads what is known now and was not before. */
  after(before: Environment, at: Environment, depth: number): Condition {
    const known = new Set(readable(before).now.map(({ text }) => text))
    const gained = readable(at).now.filter(({ text }) => !known.has(text))
    if (gained.length === 0 || this.random.chance(0.2)) return this.condition(at, depth)
    return plain(aboutRead(this.random.pick(gained), this, at, depth), at)
  }

  /** A loop in a loop, as large as may be: so it stands alone. Null where there are no two lists to go through. */
  nested(at: Environment): Condition | null {
    const ranges = [...(readable(at).ofKind.get('list') ?? []), ...(readable(at).ofKind.get('set') ?? [])]
    const scalar = ranges.filter(
      ({ type }) => 'element' in type && t.SCALARS.some(({ kind }) => 'element' in type && kind === type.element.kind),
    )
    if (scalar.length < 2) return null
    const [outer, inner] = [this.random.pick(scalar), this.random.pick(scalar)]
    const [a, b] = ['x', 'y'] as const
    const within = withVariable(withVariable(at, a, elementOf(outer.type), 'long'), b, elementOf(inner.type), 'long')
    const body = compared(elementOf(inner.type), this, within, 0, primary(b, elementOf(inner.type)))
    const macros = ['all', 'exists', 'exists_one']
    const [first, second] = [this.random.pick(macros), this.random.pick(macros)]
    return plain(primary(`${outer.text}.${first}(${a}, ${inner.text}.${second}(${b}, ${body.text}))`, t.BOOL), at)
  }

  /** A text that shows the value of something. */
  shown(at: Environment): Written {
    return shownFeature(this, at, 2) ?? this.value(t.STRING, at, 1, { open: true })
  }

  /** A guard that waits for the body, and with it what relies on the guard. Null where there is nothing to read of the body. */
  open(at: Environment): Condition | null {
    const first = guard(this, at)
    const reads = readable(first.whenTrue).now.filter(({ text }) => /^body\b/.test(text))
    if (reads.length === 0) return null
    return chained(at, '&&', [first, plain(aboutRead(this.random.pick(reads), this, first.whenTrue, 0), first.whenTrue)])
  }

  /** A guard that mostly errs: what it tells is known, and counts for nothing. */
  erring(at: Environment): Condition {
    const test = relation(nearTheEnd(this, at, 1), '>', int(0))
    return doubtful(plain(test, at), guard(this, at))
  }

  #chain(at: Environment, depth: number, operator: '&&' | '||'): Condition {
    let here = at
    const operands = this.random.list(2, 3, () => {
      const operand = this.condition(here, depth - 1)
      here = operator === '&&' ? operand.whenTrue : operand.whenFalse
      return operand
    })
    return chained(at, operator, operands)
  }

  /** Of roles: a pass tests both at once. */
  #either(at: Environment): Condition {
    const first = isCaller(this, at)
    return chained(at, '||', [first, isCaller(this, first.whenFalse)])
  }

  /** A guard, and something about what it makes readable. */
  #guarded(at: Environment, depth: number): Condition {
    const first = this.random.chance(0.25) ? this.#doubtful(at, depth) : guard(this, at)
    if (this.random.chance(0.7)) return chained(at, '&&', [first, this.after(at, first.whenTrue, depth - 1)])
    const negated = not(first)
    return chained(at, '||', [negated, this.after(at, negated.whenFalse, depth - 1)])
  }

  #doubtful(at: Environment, depth: number): Condition {
    if (at.mayErr && this.random.chance(0.5)) return this.erring(at)
    return doubtful(plain(test(this, at, depth), at), guard(this, at))
  }

  #conditional(at: Environment, depth: number): Condition {
    const test = this.condition(at, depth - 1)
    const then = this.condition(test.whenTrue, depth - 1)
    const otherwise = this.condition(test.whenFalse, depth - 1)
    const text = `${within(test, LEVEL.or)} ? ${within(then, LEVEL.or)} : ${within(otherwise, LEVEL.conditional)}`
    return {
      ...written(text, LEVEL.conditional, t.BOOL),
      whenTrue: join(at, [then.whenTrue, otherwise.whenTrue]),
      whenFalse: join(at, [then.whenFalse, otherwise.whenFalse]),
    }
  }
}
