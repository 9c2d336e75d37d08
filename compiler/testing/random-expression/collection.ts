/** Random sets, lists and maps. */
import { DOUBLE, INT } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import type { Maker } from './maker.ts'
import { COUNTS, DOUBLES, NUMBERS, WORDS } from './world.ts'

export function randomDoubles(maker: Maker, depth: number): Expr {
  if (depth <= 0 && maker.next(2) === 0) return build.data('weights', DOUBLES)
  if (depth > 0 && maker.next(3) === 0) {
    const [variable, inner] = maker.inside(DOUBLE)
    return build.select(maker.doubles(depth - 1), variable, inner.bool(depth - 1), inner.double(depth - 1), DOUBLES)
  }
  return build.collect(
    Array.from({ length: maker.next(4) }, () => maker.double(depth)),
    DOUBLES,
  )
}

export function randomNumbers(maker: Maker, depth: number): Expr {
  if (depth <= 0) return build.data('facts', NUMBERS)
  const more = depth - 1
  const [variable, inner] = maker.inside(INT)
  return maker.pick<Expr>(
    () =>
      build.collect(
        Array.from({ length: maker.next(4) }, () => maker.int(more)),
        NUMBERS,
      ),
    () => build.concat(maker.numbers(more), maker.numbers(more), NUMBERS),
    () => build.select(maker.numbers(more), variable, inner.bool(more), null, NUMBERS),
    () => build.select(maker.numbers(more), variable, null, inner.int(more), NUMBERS),
    () => build.select(maker.numbers(more), variable, inner.bool(more), inner.int(more), NUMBERS),
  )
}

export function randomCounts(maker: Maker, depth: number): Expr {
  if (depth <= 0) return build.callerField('counts', COUNTS)
  const keys = WORDS.slice(0, maker.next(4))
  return build.collectMap(
    keys.map((key) => ({ key, value: maker.int(depth - 1) })),
    COUNTS,
  )
}
