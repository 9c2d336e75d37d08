import type { Conditional, Expr } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { surelyShared } from './emit-shared.ts'
import { checkOf, erring } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, LEVEL, type Term, term } from './term.ts'

export function emitConditional({ test, then, otherwise, type }: Conditional, onError: OnError, emitter: Emitter): Term {
  const branch = (expression: Expr) => (type.kind === 'bool' ? emitter.test(expression, onError) : emitter.value(expression)).code
  const branches = (condition: Code) =>
    emitter.scope.maybe(() => {
      if (emitter.scope.keeps) emitter.scope.keepValues(surelyShared(test))
      return js`${condition} ? ${branch(then)} : ${branch(otherwise)}`
    })
  if (!test.fails) return term(branches(at(LEVEL.or, emitter.value(test))), LEVEL.loose)
  const name = emitter.scope.temporary()
  const { isError } = checkOf(js`${name} = ${emitter.value(test).code}`, test.type)
  return term(js`${isError.code} ? ${erring(onError)} : ${branches(name)}`, LEVEL.loose)
}
