import { DOUBLE, INT, STRING, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import type { Maker } from './maker.ts'
import { NAMES, NUMBERS, TEXTS } from './world.ts'

export function quantifier(maker: Maker, depth: number): Expr {
  const quantifier = maker.pick(...(['all', 'exists', 'exists_one'] as const).map((one) => () => one))
  const [range, type] = maker.pick<readonly [Expr, Type]>(
    () => [maker.numbers(depth), INT],
    () => [maker.doubles(depth), DOUBLE],
    () => [maker.counts(depth), STRING],
    () => [build.callerField('names', NAMES), STRING],
    () => [build.collect([maker.text(depth), maker.text(0)], TEXTS), STRING],
    () => [build.collect([maker.int(0), maker.int(0)], NUMBERS), INT],
  )
  const [variable, inner] = maker.inside(type)
  if (type.kind !== 'double' && maker.next(4) === 0) {
    const found = build.equal(
      build.variable(variable, type, 'request'),
      type.kind === 'int' ? maker.int(depth) : maker.text(depth),
    )
    return build.quantifier(quantifier, range, variable, maker.next(2) === 0 ? found : build.not(found))
  }
  return build.quantifier(quantifier, range, variable, inner.bool(depth))
}
