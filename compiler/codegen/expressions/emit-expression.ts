/** IR expression → JavaScript expression. The shape of the language; chains, membership and errors have files of their own. */
import type { Type } from '../../../language/semantics/types/type.ts'
import type { Arithmetic, Collect, Conditional, Equal, Expr, Not } from '../../ir/index.ts'
import { unreachable } from '../../unreachable.ts'
import { type Code, joinCode, js, literal } from '../code.ts'
import { emitChain } from './emit-chain.ts'
import { emitConst } from './emit-const.ts'
import { emitIn } from './emit-membership.ts'
import { emitStrict } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import type { FunctionScope } from '../function-scope.ts'
import { property } from '../property.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'
import { HEAVY, weigh } from './weigh.ts'

/** A test in the scope of a function, which is to be as it is: what it holds may become functions of their own. */
export function emitTest(expression: Expr, onError: OnError, scope: FunctionScope): Term {
  return weigh(expression) > HEAVY
    ? createEmitter(scope).testApart(expression, onError)
    : emit(expression, onError, createEmitter(scope))
}

function createEmitter(scope: FunctionScope): Emitter {
  const apart = (expression: Expr, onError: OnError): Term =>
    atom(scope.part((inner) => emit(expression, onError, createEmitter(inner)).code))
  const emitter: Emitter = {
    scope,
    value: (expression) => (weigh(expression) > HEAVY ? apart(expression, 'undefined') : emit(expression, 'undefined', emitter)),
    test: (expression, onError) => (weigh(expression) > HEAVY ? apart(expression, onError) : emit(expression, onError, emitter)),
    testApart: apart,
  }
  return emitter
}

function emit(expression: Expr, onError: OnError, emitter: Emitter): Term {
  const { scope } = emitter
  switch (expression.kind) {
    case 'Const':
      return emitConst(expression, scope.module)
    case 'Absent':
      return atom(js`abi.absent()`)
    case 'Param':
      return atom(scope.param(expression.index, expression.name))
    case 'CallerField':
      return atom(js`${scope.caller()}.${property(expression.name)}`)
    case 'RoleTest':
      return term(js`(${scope.roles(expression.word)} & ${expression.mask}) !== 0`, LEVEL.equality)
    case 'IdentityTest':
      return term(js`facts.identity === ${expression.index}`, LEVEL.equality)
    case 'RequestField':
      return atom(requestField(expression.name))
    case 'Header':
      return atom(js`request.headers.get(${literal(expression.name)})`)
    case 'HeaderTest':
      return term(js`request.headers.get(${literal(expression.name)}) !== undefined`, LEVEL.equality)
    case 'Field':
      return strict([expression.object], (object) => atom(js`${at(LEVEL.atom, object)}.${property(expression.name)}`))
    case 'MapRead':
      return strict([expression.map, expression.key], (map, key) => atom(js`${at(LEVEL.atom, map)}.get(${at(LEVEL.loose, key)})`))
    case 'Present':
      return strict([expression.target], (target) => term(js`${at(LEVEL.equality, target)} !== undefined`, LEVEL.equality))
    case 'Chain':
      return emitChain(expression, onError, emitter)
    case 'Not':
      return emitNot(expression, onError, emitter)
    case 'Conditional':
      return emitConditional(expression, onError, emitter)
    case 'Compare':
      return strict([expression.left, expression.right], (left, right) =>
        emitCompare(expression.operator, expression.left.type, left, right),
      )
    case 'Equal':
      return emitEqual(expression, true, onError, emitter)
    case 'In':
      return emitIn(expression, onError, emitter)
    case 'Arithmetic':
      return emitArithmetic(expression, emitter)
    case 'Negate':
      return strict([expression.operand], (operand) => term(js`-${at(LEVEL.atom, operand)}`, LEVEL.unary))
    case 'Concat':
      return strict([expression.left, expression.right], (left, right) => emitConcat(expression.type, left, right))
    case 'Collect':
      return emitCollect(expression, emitter)
    case 'TextTest':
      return strict([expression.text, expression.part], (text, part) =>
        atom(js`${at(LEVEL.atom, text)}.${textMethod(expression.name)}(${at(LEVEL.loose, part)})`),
      )
    case 'ChangeCase':
      return strict([expression.operand], (operand) =>
        atom(expression.name === 'lowerAscii' ? js`abi.lowerAscii(${operand.code})` : js`abi.upperAscii(${operand.code})`),
      )
    case 'Size':
      return strict([expression.operand], (operand) => emitSize(expression.operand.type, operand))
    default:
      return unreachable(expression)
  }

  function strict(parts: readonly Expr[], operation: (first: Term, second: Term) => Term): Term {
    return emitStrict(parts, onError, emitter, (first, second) => operation(first as Term, second as Term))
  }
}

function requestField(name: 'method' | 'host' | 'path'): Code {
  switch (name) {
    case 'method':
      return js`request.method`
    case 'host':
      return js`request.host`
    case 'path':
      return js`request.path`
  }
}

/** An error stays one: not true means false, and not false true. */
function emitNot({ operand }: Not, onError: OnError, emitter: Emitter): Term {
  const turned = emitUnequal(operand, onError, emitter)
  if (turned !== null) return turned
  if (operand.fails && onError === 'undefined') {
    return emitStrict([operand], onError, emitter, (value) => term(js`!${at(LEVEL.unary, value as Term)}`, LEVEL.unary))
  }
  const inner = emitter.test(operand, onError === 'undefined' ? onError : onError === 'true' ? 'false' : 'true')
  return term(js`!${at(LEVEL.unary, inner)}`, LEVEL.unary)
}

/** The tests that JavaScript says with `!==` as well as with `===`; null for others. */
function emitUnequal(operand: Expr, onError: OnError, emitter: Emitter): Term | null {
  const { scope } = emitter
  switch (operand.kind) {
    case 'Equal':
      return emitEqual(operand, false, onError, emitter)
    case 'RoleTest':
      return term(js`(${scope.roles(operand.word)} & ${operand.mask}) === 0`, LEVEL.equality)
    case 'IdentityTest':
      return term(js`facts.identity !== ${operand.index}`, LEVEL.equality)
    case 'HeaderTest':
      return term(js`request.headers.get(${literal(operand.name)}) === undefined`, LEVEL.equality)
    case 'Present':
      return emitStrict([operand.target], onError, emitter, (target) =>
        term(js`${at(LEVEL.equality, target as Term)} === undefined`, LEVEL.equality),
      )
    default:
      return null
  }
}

function emitEqual({ left, right }: Equal, wanted: boolean, onError: OnError, emitter: Emitter): Term {
  return emitStrict([left, right], onError, emitter, (a, b) => {
    const [first, second] = [a as Term, b as Term]
    const kind = left.type.kind
    if (kind !== 'list' && kind !== 'set') {
      const [x, y] = [at(LEVEL.relation, first), at(LEVEL.relation, second)]
      return term(wanted ? js`${x} === ${y}` : js`${x} !== ${y}`, LEVEL.equality)
    }
    const call =
      kind === 'list' ? js`abi.sameList(${first.code}, ${second.code})` : js`abi.sameSet(${first.code}, ${second.code})`
    return wanted ? atom(call) : term(js`!${call}`, LEVEL.unary)
  })
}

function emitConditional({ test, then, otherwise, type }: Conditional, onError: OnError, emitter: Emitter): Term {
  const branch = (expression: Expr) => (type.kind === 'bool' ? emitter.test(expression, onError) : emitter.value(expression)).code
  const branches = (condition: Code) => js`${condition} ? ${branch(then)} : ${branch(otherwise)}`
  if (!test.fails) return term(branches(at(LEVEL.or, emitter.value(test))), LEVEL.loose)
  const name = emitter.scope.temporary()
  const result = onError === 'undefined' ? js`undefined` : onError === 'true' ? js`true` : js`false`
  return term(js`(${name} = ${emitter.value(test).code}) === undefined ? ${result} : ${branches(name)}`, LEVEL.loose)
}

function emitCompare(operator: '<' | '<=' | '>' | '>=', type: Type, left: Term, right: Term): Term {
  const isText = type.kind === 'string' || type.kind === 'literals'
  const first = isText ? js`abi.compare(${left.code}, ${right.code})` : at(LEVEL.sum, left)
  const second = isText ? js`0` : at(LEVEL.sum, right)
  switch (operator) {
    case '<':
      return term(js`${first} < ${second}`, LEVEL.relation)
    case '<=':
      return term(js`${first} <= ${second}`, LEVEL.relation)
    case '>':
      return term(js`${first} > ${second}`, LEVEL.relation)
    case '>=':
      return term(js`${first} >= ${second}`, LEVEL.relation)
  }
}

/** An operand that erred is `undefined`, the sum then NaN, and `abi.int` of it `undefined`: nothing else is to be checked. */
function emitArithmetic({ operator, left, right, type }: Arithmetic, emitter: Emitter): Term {
  const sum = (a: Term, b: Term): Code =>
    operator === '+' ? js`${at(LEVEL.sum, a)} + ${at(LEVEL.atom, b)}` : js`${at(LEVEL.sum, a)} - ${at(LEVEL.atom, b)}`
  if (type.kind === 'int') return atom(js`abi.int(${sum(emitter.value(left), emitter.value(right))})`)
  return emitStrict([left, right], 'undefined', emitter, (a, b) => term(sum(a as Term, b as Term), LEVEL.sum))
}

function emitConcat(type: Type, left: Term, right: Term): Term {
  if (type.kind === 'list') return atom(js`${at(LEVEL.atom, left)}.concat(${right.code})`)
  return term(js`${at(LEVEL.sum, left)} + ${at(LEVEL.atom, right)}`, LEVEL.sum)
}

function emitCollect({ elements, type }: Collect, emitter: Emitter): Term {
  const { module } = emitter.scope
  return emitStrict(elements, 'undefined', emitter, (...terms) => {
    const list = js`[${joinCode(
      terms.map(({ code }) => code),
      ', ',
    )}]`
    const value = type.kind === 'set' ? js`abi.setOf(${list})` : list
    if (!elements.every(({ kind }) => kind === 'Const')) return atom(value)
    return atom(module.constant(type.kind === 'set' ? 'set' : 'list', value))
  })
}

function textMethod(name: 'startsWith' | 'endsWith' | 'contains'): Code {
  switch (name) {
    case 'startsWith':
      return js`startsWith`
    case 'endsWith':
      return js`endsWith`
    case 'contains':
      return js`includes`
  }
}

function emitSize(type: Type, operand: Term): Term {
  if (type.kind === 'list') return atom(js`${at(LEVEL.atom, operand)}.length`)
  if (type.kind === 'set' || type.kind === 'map') return atom(js`${at(LEVEL.atom, operand)}.size`)
  return atom(js`abi.codePoints(${operand.code})`)
}
