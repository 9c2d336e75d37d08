/** Random ints, optional ints, and doubles. */
import { DOUBLE, INT, STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { call, type Maker } from './maker.ts'
import { MAX, MAYBE, QUERY, RECORD } from './world.ts'

export function randomInt(maker: Maker, depth: number): Expr {
  const variable = maker.variable('int')
  if (variable !== null) return variable
  if (depth <= 0)
    return maker.pick<Expr>(
      () => build.param(0, 'n', INT),
      () => build.param(1, 'big', INT),
      () => build.constant([0, 1, -1, 2, MAX, -MAX][maker.next(6)] as number, INT),
      () => build.callerField('level', INT),
    )
  const more = depth - 1
  return maker.pick<Expr>(
    () =>
      build.arithmetic(
        maker.pick(...(['+', '-', '*', '/', '%'] as const).map((one) => () => one)),
        maker.int(more),
        maker.int(more),
      ),
    () => build.arithmetic(maker.next(2) === 0 ? '/' : '%', maker.int(more), build.constant(3, INT)),
    () => build.negate(maker.int(more)),
    () => build.conditional(maker.bool(more), maker.int(more), maker.int(more), INT),
    () => call(INT, 'string.size', maker.text(more)),
    () => call(INT, 'set.size', maker.doubles(more)),
    () => call(INT, 'list.size', maker.numbers(more)),
    () => call(INT, 'int(string)', maker.text(more)),
    () => call(INT, 'int(double)', maker.double(more)),
    () => call(INT, 'string.indexOf', maker.text(more), maker.text(more), maker.int(more)),
    () => call(INT, 'math.bitXor', maker.int(more), maker.int(more)),
    () => call(INT, 'math.greatest(int)', maker.int(more), maker.int(more), maker.int(more)),
    () => call(INT, 'timestamp.getHours', maker.time(more), build.constant('Europe/Berlin', STRING)),
    () => call(INT, 'timestamp.getMonth', maker.time(more), maker.text(0)),
    () => call(INT, 'timestamp.getMilliseconds', maker.time(more)),
    () => call(INT, 'duration.getMinutes', maker.span(more)),
    () => call(INT, 'int(timestamp)', maker.time(more)),
    () => call(INT, 'math.greatest(list<int>)', maker.numbers(more)),
    () => call(INT, 'timestamp.getHours', maker.time(more), build.constant('Europe/Berlin', STRING)),
    () => call(INT, 'timestamp.getMinutes', maker.time(more), maker.text(more)),
    () => build.orValue(maker.maybe(more), maker.int(more), INT),
    () => {
      const [variable, inner] = maker.inside(INT)
      return build.bind(variable, maker.int(more), inner.int(more))
    },
  )
}

export function randomMaybe(maker: Maker, depth: number): Expr {
  if (depth <= 0)
    return maker.pick<Expr>(
      () => build.none(MAYBE),
      () => build.optional(build.callerField('rank', INT)),
      () => build.optional(build.field(build.query(QUERY), 'page', INT)),
      () => build.optional(build.field(build.body(RECORD), 'count', INT)),
    )
  const more = depth - 1
  return maker.pick<Expr>(
    () => build.some(maker.int(more)),
    () => build.optional(build.mapRead(maker.counts(more), maker.text(more), INT)),
    () => build.optional(build.listRead(maker.numbers(more), maker.int(more), INT)),
    () => {
      const [variable, inner] = maker.inside(INT)
      return build.optMap(maker.maybe(more), variable, maker.next(2) === 0 ? inner.int(more) : inner.maybe(more))
    },
    () => build.conditional(maker.bool(more), maker.maybe(more), maker.maybe(more), MAYBE),
  )
}

export function randomDouble(maker: Maker, depth: number): Expr {
  const variable = maker.variable('double')
  if (variable !== null) return variable
  if (depth <= 0) return build.constant([0, -0, 1.5, 1e308, -1e308][maker.next(5)] as number, DOUBLE)
  const more = depth - 1
  return maker.pick<Expr>(
    () =>
      build.arithmetic(
        maker.pick(...(['+', '-', '*', '/'] as const).map((one) => () => one)),
        maker.double(more),
        maker.double(more),
      ),
    () => build.conditional(maker.bool(more), maker.double(more), build.negate(maker.double(more)), DOUBLE),
    () => call(DOUBLE, 'double(int)', maker.int(more)),
    () => call(DOUBLE, 'math.round', maker.double(more)),
    () => call(DOUBLE, 'double(string)', maker.text(more)),
  )
}
