import { IP, STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { call, type Maker } from './maker.ts'
import { RECORD, TEXTS, WORDS } from './world.ts'

export function randomText(maker: Maker, depth: number): Expr {
  const variable = maker.variable('string')
  if (variable !== null) return variable
  if (depth <= 0)
    return maker.pick<Expr>(
      () => build.constant(WORDS[maker.next(WORDS.length)] as string, STRING),
      () => build.param(2, 'name', STRING),
      () => build.requestField('path'),
      () => build.field(build.body(RECORD), 'label', STRING),
    )
  const more = depth - 1
  return maker.pick<Expr>(
    () => build.concat(maker.text(more), maker.text(more), STRING),
    () => call(STRING, 'string.lowerAscii', maker.text(more)),
    () => call(STRING, 'string.charAt', maker.text(more), maker.int(more)),
    () => call(STRING, 'string.substring', maker.text(more), maker.int(more)),
    () => call(STRING, 'string(int)', maker.int(more)),
    () => call(STRING, 'string(timestamp)', maker.time(more)),
    () => call(STRING, 'string(duration)', maker.span(more)),
    () => call(STRING, 'string(ip)', call(IP, 'ip(string)', maker.text(more))),
    () => call(STRING, 'list.join', call(TEXTS, 'string.split', maker.text(more), maker.text(more)), maker.text(more)),
    () => build.conditional(maker.bool(more), maker.text(more), maker.text(more), STRING),
    () => maker.text(0),
  )
}
