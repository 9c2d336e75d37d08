/** What makers of expressions of one type know of those of the others: one inside of the other, down to a depth. */
import { DURATION, INT, TIMESTAMP, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr, VariableName } from '../../ir/index.ts'
import type { Random } from './random.ts'

export interface Maker {
  readonly next: Random
  pick<T>(...makers: readonly (() => T)[]): T
  /** A new variable of some type, and what makes expressions that see it. */
  inside(type: Type): readonly [VariableName, Maker]
  /** A variable of this type, if there is one and chance wants it. */
  variable(kind: Type['kind']): Expr | null
  bool(depth: number): Expr
  /** Tests of a few things, of which one may follow from another, or from that it is false. */
  related(depth: number): Expr
  int(depth: number): Expr
  maybe(depth: number): Expr
  double(depth: number): Expr
  /** A set. */
  doubles(depth: number): Expr
  /** A list of ints. */
  numbers(depth: number): Expr
  /** A map. */
  counts(depth: number): Expr
  time(depth: number): Expr
  span(depth: number): Expr
  text(depth: number): Expr
}

export function call(type: Type, id: Parameters<typeof build.call>[0], ...operands: readonly Expr[]): Expr {
  return build.call(id, operands, type)
}

/** One of two values, whether there is one, or one that reads a variable. */
export function choice(maker: Maker, depth: number, type: Type, make: (inner: Maker) => Expr): Expr {
  const [variable, inner] = maker.inside(INT)
  return maker.pick<Expr>(
    () => build.conditional(maker.bool(depth), make(maker), make(maker), type),
    () => build.orValue(build.optMap(maker.maybe(depth), variable, make(inner)), make(maker), type),
    () => build.bind(variable, maker.int(depth), make(inner)),
    () => {
      const [time, sees] = maker.inside(TIMESTAMP)
      return build.bind(time, maker.time(depth), make(sees))
    },
    () => {
      const [span, sees] = maker.inside(DURATION)
      return build.bind(span, maker.span(depth), make(sees))
    },
  )
}
