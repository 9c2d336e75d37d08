import type { Const } from '../../ir/index.ts'
import { js } from '../code.ts'
import { type ModuleScope, text } from '../module-scope.ts'
import { atom, LEVEL, type Term, term } from './term.ts'
import { LONG_TEXT } from './weigh.ts'

export function emitConst({ value }: Const, module: ModuleScope): Term {
  if (typeof value === 'string') return atom(text(value, module, LONG_TEXT))
  if (typeof value === 'boolean') return atom(value ? js`true` : js`false`)
  return term(js`${value}`, value < 0 ? LEVEL.unary : LEVEL.atom)
}
