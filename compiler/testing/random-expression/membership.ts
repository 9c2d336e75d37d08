/** Random equality and membership tests. */
import { INT, TIMESTAMP } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { call, type Maker } from './maker.ts'
import { NAMES, NUMBERS, TEXTS } from './world.ts'

export function membership(maker: Maker, depth: number): Expr {
  return maker.pick(
    () => equalities(maker, depth),
    () => sizeTest(maker, depth),
    () => build.within(maker.text(depth), build.callerField('names', NAMES)),
    () => build.within(maker.int(depth), maker.numbers(depth)),
    () =>
      build.within(maker.time(depth), build.collect([maker.time(depth), maker.time(0)], { kind: 'list', element: TIMESTAMP })),
    () =>
      build.within(
        maker.int(depth),
        build.collect(
          Array.from({ length: maker.next(8) }, () => maker.int(depth)),
          NUMBERS,
        ),
      ),
    () => build.within(maker.double(depth), maker.doubles(depth)),
    () => build.within(maker.text(depth), maker.counts(depth)),
    () =>
      build.within(
        maker.numbers(depth),
        build.collect([maker.numbers(depth), maker.numbers(0)], { kind: 'list', element: NUMBERS }),
      ),
    () =>
      build.within(
        maker.text(depth),
        build.collect(
          Array.from({ length: maker.next(8) }, () => maker.text(0)),
          NAMES,
        ),
      ),
  )
}

/** Compares one value with several. */
function equalities(maker: Maker, depth: number): Expr {
  const [text, number] = [maker.text(depth), maker.int(depth)]
  const one = () =>
    maker.pick<Expr>(
      () => build.equal(text, maker.text(0)),
      () => build.equal(number, maker.int(0)),
      () => build.within(text, build.collect([maker.text(0), maker.text(0)], TEXTS)),
    )
  const some = Array.from({ length: 2 + maker.next(6) }, one)
  return maker.next(2) === 0 ? build.or(...some) : build.and(...some.map(build.not))
}

/** Compares the size of a text or of a filtered list with small numbers. */
function sizeTest(maker: Maker, depth: number): Expr {
  const [variable, inner] = maker.inside(INT)
  const size = maker.pick(
    () => call(INT, 'string.size', maker.text(depth)),
    () => call(INT, 'list.size', build.select(maker.numbers(depth), variable, inner.bool(depth), null, NUMBERS)),
  )
  const than = build.constant(maker.next(2), INT)
  return maker.next(3) === 0
    ? build.equal(size, than)
    : build.compare(maker.pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), size, than)
}
