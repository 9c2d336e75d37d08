/** Test helper: random IR expressions of every kind, which read what `RANDOM_POLICY` declares. */
import type { Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr, VariableName } from '../../ir/index.ts'
import { randomBool } from './bool.ts'
import { randomCounts, randomDoubles, randomNumbers } from './collection.ts'
import type { Maker } from './maker.ts'
import { randomDouble, randomInt, randomMaybe } from './number.ts'
import type { Random } from './random.ts'
import { randomRelated } from './related.ts'
import { randomText } from './text.ts'
import { randomSpan, randomTime } from './time.ts'

/** Makes expressions that see some variables. */
export class RandomExpressions implements Maker {
  readonly next: Random
  readonly #variables: readonly (readonly [VariableName, Type])[]

  constructor(next: Random, variables: readonly (readonly [VariableName, Type])[] = []) {
    this.next = next
    this.#variables = variables
  }

  pick<T>(...makers: readonly (() => T)[]): T {
    return (makers[this.next(makers.length)] as () => T)()
  }

  inside(type: Type): readonly [VariableName, RandomExpressions] {
    const variable: VariableName = `v@${this.#variables.length}`
    return [variable, new RandomExpressions(this.next, [...this.#variables, [variable, type]])]
  }

  variable(kind: Type['kind']): Expr | null {
    const fitting = this.#variables.filter(([, type]) => type.kind === kind)
    const found = fitting[this.next(fitting.length * 2 + 1)]
    return found === undefined ? null : build.variable(found[0], found[1], 'request')
  }

  bool(depth: number): Expr {
    return randomBool(this, depth)
  }

  related(depth: number): Expr {
    return randomRelated(this, depth)
  }

  int(depth: number): Expr {
    return randomInt(this, depth)
  }

  maybe(depth: number): Expr {
    return randomMaybe(this, depth)
  }

  double(depth: number): Expr {
    return randomDouble(this, depth)
  }

  doubles(depth: number): Expr {
    return randomDoubles(this, depth)
  }

  numbers(depth: number): Expr {
    return randomNumbers(this, depth)
  }

  counts(depth: number): Expr {
    return randomCounts(this, depth)
  }

  time(depth: number): Expr {
    return randomTime(this, depth)
  }

  span(depth: number): Expr {
    return randomSpan(this, depth)
  }

  text(depth: number): Expr {
    return randomText(this, depth)
  }
}
