import { isScalar, type Type } from '../../../language/checker/types/type.ts'
import { type Const, type Expr, FEW_CONSTANTS, type In } from '../../ir/index.ts'
import { type Code, joinCode, js } from '../code.ts'
import { emitConst } from './emit-const.ts'
import { emitStrict } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, chainTerm, LEVEL, type Term, term } from './term.ts'

export function emitIn({ element, collection }: In, onError: OnError, emitter: Emitter): Term {
  if (!isScalar(element.type))
    return emitStrict([element, collection], onError, emitter, (one, all) =>
      atom(js`abi.isIn(${(all as Term).code}, ${(one as Term).code})`),
    )
  if (collection.kind === 'Collect') return emitInLiteral(element, collection.elements, onError, emitter)
  return emitStrict([element, collection], onError, emitter, (one, all) => {
    const [value, where] = [at(LEVEL.loose, one as Term), at(LEVEL.atom, all as Term)]
    const isList = collection.type.kind === 'list'
    if (element.type.kind === 'int' || element.type.kind === 'double')
      return isAmongNumbers(isList ? 'list' : 'set', where, one as Term, element.type, emitter)
    // `indexOf` never finds NaN, as in CEL; `includes` would.
    if (isList) return term(js`${where}.indexOf(${value}) !== -1`, LEVEL.equality)
    return atom(js`${where}.has(${value})`)
  })
}

function emitInLiteral(element: Expr, elements: readonly Expr[], onError: OnError, emitter: Emitter): Term {
  const constants = elements.filter((one) => one.kind === 'Const')
  const others = elements.filter((one) => one.kind !== 'Const')
  return emitStrict([element, ...others], onError, emitter, (first, ...rest) => {
    const tests = constants.length > FEW_CONSTANTS ? 1 : constants.length
    const [value, again] = reusable(first as Term, tests + rest.length, emitter)
    const values = constants.length > FEW_CONSTANTS ? [] : constants.map((one) => emitConst(one, emitter.scope.module))
    const parts = [...values, ...rest].map((one, position) =>
      term(js`${at(LEVEL.equality, position === 0 ? value : again)} === ${at(LEVEL.relation, one)}`, LEVEL.equality),
    )
    if (constants.length > FEW_CONSTANTS)
      parts.push(isAmong(constants, parts.length === 0 ? value : again, element.type, emitter))
    if (parts.length > 0) return chainTerm('||', parts)
    // An empty list contains nothing; the element's error was checked before.
    return atom(js`false`)
  })
}

/** Returns a term for the first use and one for later uses. */
function reusable(value: Term, uses: number, emitter: Emitter): readonly [Term, Term] {
  if (value.again !== undefined) return [value, atom(value.again)]
  if (uses < 2 || isRead(value)) return [value, value]
  const name = emitter.scope.temporary()
  return [atom(js`(${name} = ${value.code})`), atom(name)]
}

/** Whether the code is a name or a path, so that repeating it costs nothing. */
function isRead({ code }: Term): boolean {
  return code.length <= 40 && /^[\w$.]+$/.test(code.toString())
}

function isAmong(constants: readonly Const[], value: Term, type: Type, emitter: Emitter): Term {
  const { module } = emitter.scope
  const values = constants.map((one) => emitConst(one, module).code)
  const set = module.constant('set', js`abi.setOf([${joinCode(values, ', ')}])`)
  if (type.kind === 'int' || type.kind === 'double') return isAmongNumbers('set', set, value, type, emitter)
  return atom(js`${set}.has(${value.code})`)
}

/** V8 boxes a number that is passed to a method, so an int is passed as two halves, which are small integers. */
function isAmongNumbers(kind: 'list' | 'set', where: Code, value: Term, type: Type, emitter: Emitter): Term {
  if (type.kind === 'double') return atom(js`abi.${kind === 'list' ? js`listHas` : js`setHas`}(${where}, ${value.code})`)
  const [first, again] = reusable(value, 2, emitter)
  const halves = js`abi.floor(${at(LEVEL.product, first)} / 4294967296), ${at(LEVEL.relation, again)} | 0`
  return atom(js`abi.${kind === 'list' ? js`listHasInt` : js`setHasInt`}(${where}, ${halves})`)
}
