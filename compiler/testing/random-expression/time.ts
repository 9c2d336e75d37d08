/** Random timestamps and durations. */
import { DURATION, TIMESTAMP } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { call, choice, type Maker } from './maker.ts'

export function randomTime(maker: Maker, depth: number): Expr {
  const variable = maker.variable('timestamp')
  if (variable !== null) return variable
  if (depth <= 0) return maker.next(2) === 0 ? build.requestField('time') : build.constant(253402300799_000000000n, TIMESTAMP)
  const more = depth - 1
  return maker.pick<Expr>(
    () => build.arithmetic('+', maker.time(more), maker.span(more), TIMESTAMP),
    () => build.arithmetic('-', maker.time(more), maker.span(more), TIMESTAMP),
    () => call(TIMESTAMP, 'timestamp(int)', maker.int(more)),
    () => choice(maker, more, TIMESTAMP, (inner) => inner.time(more)),
  )
}

export function randomSpan(maker: Maker, depth: number): Expr {
  const variable = maker.variable('duration')
  if (variable !== null) return variable
  if (depth <= 0)
    return build.constant([0n, 1n, -90_000_000_000n, 315_576_000_000_000_000_000n][maker.next(4)] as bigint, DURATION)
  const more = depth - 1
  return maker.pick<Expr>(
    () => build.arithmetic('+', maker.span(more), maker.span(more), DURATION),
    () => build.arithmetic('-', maker.span(more), maker.span(more), DURATION),
    () => build.arithmetic('-', maker.time(more), maker.time(more), DURATION),
    () => choice(maker, more, DURATION, (inner) => inner.span(more)),
    () => call(DURATION, 'duration(string)', maker.text(more)),
  )
}
