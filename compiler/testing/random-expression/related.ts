import { BOOL, INT, STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { call, type Maker } from './maker.ts'
import { NUMBERS } from './world.ts'

const NICK = build.callerField('nick', STRING)

/** Tests of a few things, of which one may follow from another's outcome. */
export function randomRelated(maker: Maker, depth: number): Expr {
  const operator = maker.next(2) === 0 ? '&&' : '||'
  const operands = Array.from({ length: 2 + maker.next(3) }, (_, position) => ({
    expression: maker.next(3) === 0 && depth > 0 ? maker.related(depth - 1) : about(maker),
    guards: Array.from({ length: position }, (_, guard) => guard).filter(() => maker.next(4) === 0),
  }))
  return build.chain(operator, operands)
}

function about(maker: Maker): Expr {
  const number = maker.pick<Expr>(
    () => build.param(0, 'n', INT),
    () => build.arithmetic('+', build.param(0, 'n', INT), build.param(1, 'big', INT)),
    () => build.arithmetic('%', build.param(1, 'big', INT), build.constant(2, INT)),
  )
  const few = () => build.constant(maker.next(4) - 1, INT)
  const test = maker.pick<Expr>(
    () => build.compare(maker.pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), number, few()),
    () => build.equal(number, few()),
    () => build.within(number, build.collect([few(), few(), few()], NUMBERS)),
    () => build.roleTest(0, 1 + maker.next(7)),
    () => build.callerField('flag', BOOL),
    () => call(BOOL, 'string.startsWith', build.requestField('path'), maker.text(0)),
    () => build.conditional(build.callerField('flag', BOOL), build.roleTest(0, 1 + maker.next(7)), about(maker), BOOL),
    () => build.present(NICK),
    // Throws if it is read while absent.
    () =>
      build.chain('&&', [
        { expression: build.present(NICK), guards: [] },
        { expression: call(BOOL, 'string.startsWith', NICK, maker.text(0)), guards: [0] },
      ]),
  )
  return maker.next(3) === 0 ? build.not(test) : test
}
