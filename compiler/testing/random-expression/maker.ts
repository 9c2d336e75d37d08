/** The interface of mutually recursive generators of expressions, which nest down to a depth. */
import { DURATION, INT, TIMESTAMP, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr, VariableName } from '../../ir/index.ts'
import type { Random } from './random.ts'

export interface Maker {
  readonly next: Random
  pick<T>(...makers: readonly (() => T)[]): T
  /** Returns a new variable, and a maker of expressions that see it. */
  inside(type: Type): readonly [VariableName, Maker]
  /** Returns a variable of this type, if there is one, at random. */
  variable(kind: Type['kind']): Expr | null
  bool(depth: number): Expr
  /** Returns tests of a few things, of which one may follow from another's outcome. */
  related(depth: number): Expr
  int(depth: number): Expr
  maybe(depth: number): Expr
  double(depth: number): Expr
  /** Returns a set. */
  doubles(depth: number): Expr
  /** Returns a list of ints. */
  numbers(depth: number): Expr
  /** Returns a map. */
  counts(depth: number): Expr
  time(depth: number): Expr
  span(depth: number): Expr
  text(depth: number): Expr
}

export function call(type: Type, id: Parameters<typeof build.call>[0], ...operands: readonly Expr[]): Expr {
  return build.call(id, operands, type)
}

/** Returns a conditional, an `orValue`, or an expression that reads a variable. */
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
