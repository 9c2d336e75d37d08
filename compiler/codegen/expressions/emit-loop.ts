/** Comprehensions over collections: each becomes a function of the module with a loop, without closures. */
import type { Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import { type Expr, freeVariables, type Quantifier, type Select, type VariableName } from '../../ir/index.ts'
import { type Code, indent, joinCode, js } from '../code.ts'
import { baseName, type FunctionScope } from '../function-scope.ts'
import type { PartKind } from '../module-scope.ts'
import { checkOf, emitStrict, erring } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, LEVEL, type Term } from './term.ts'

/** The code of a loop besides the iteration. */
interface Loop {
  readonly before: readonly Code[]
  /** Runs for each element. */
  readonly round: readonly Code[]
  readonly after: Code
}

export function emitQuantifier(expression: Quantifier, onError: OnError, emitter: Emitter): Term {
  const { quantifier, range, variable, test } = expression
  const make = quantifier === 'exists_one' ? countOne : test.fails && onError === 'undefined' ? absorb : stop
  return emitStrict([range], onError, emitter, (all) =>
    emitLoop(quantifier, range.type, all as Term, variable, [test], emitter, (inner) => make(expression, onError, inner)),
  )
}

/** Stops at the first element that decides. An error counts as deciding, or as not deciding. */
function stop({ quantifier, test }: Quantifier, onError: OnError, emitter: Emitter): Loop {
  if (quantifier === 'exists') {
    const found = at(LEVEL.loose, emitter.test(test, onError))
    return { before: [], round: [js`if (${found}) return true`], after: js`return false` }
  }
  const turned = onError === 'undefined' ? onError : onError === 'true' ? 'false' : 'true'
  const missed = at(LEVEL.loose, emitter.test(build.not(test), turned))
  return { before: [], round: [js`if (${missed}) return false`], after: js`return true` }
}

/** An error does not decide, and is remembered. */
function absorb({ quantifier, test }: Quantifier, _: OnError, emitter: Emitter): Loop {
  const settles = quantifier === 'exists' ? js`true` : js`false`
  const [erred, holds] = [emitter.scope.name('erred'), emitter.scope.name('holds')]
  return {
    before: [js`let ${erred} = false`],
    round: [
      js`const ${holds} = ${at(LEVEL.loose, emitter.test(test, 'undefined'))}`,
      js`if (${holds} === ${settles}) return ${settles}`,
      js`if (${holds} === undefined) ${erred} = true`,
    ],
    after: js`return ${erred} ? undefined : ${quantifier === 'exists' ? js`false` : js`true`}`,
  }
}

/** Visits all elements, as any of them may err. */
function countOne({ test }: Quantifier, onError: OnError, emitter: Emitter): Loop {
  const count = emitter.scope.name('count')
  const chosen = choose(test, erring(onError), emitter)
  return {
    before: [js`let ${count} = 0`],
    round: [...chosen.lines, js`if (${at(LEVEL.loose, chosen.holds)}) ${count} += 1`],
    after: js`return ${count} === 1`,
  }
}

export function emitSelect(expression: Select, emitter: Emitter): Term {
  const { range, variable, test, value, type } = expression
  const parts = [test, value].filter((part) => part !== null)
  return emitStrict([range], 'undefined', emitter, (all) =>
    emitLoop(value === null ? 'filter' : 'map', range.type, all as Term, variable, parts, emitter, (inner) =>
      collect(expression, type, inner),
    ),
  )
}

function collect({ variable, test, value }: Select, type: Type, emitter: Emitter): Loop {
  const { scope } = emitter
  const found = scope.name('found')
  const chosen = test === null ? null : choose(test, js`undefined`, emitter)
  const result = value === null ? atom(scope.variable(variable)) : emitter.value(value)
  const lines = [...(chosen?.lines ?? [])]
  let added = result.code
  if (value?.fails) {
    if (chosen !== null) lines.push(js`if (!${at(LEVEL.unary, chosen.holds)}) continue`)
    added = scope.name('result')
    lines.push(js`const ${added} = ${result.code}`)
    lines.push(js`if (${checkOf(added, value.type).isError.code}) return undefined`)
  }
  const push = js`${found}.push(${added})`
  lines.push(chosen === null || value?.fails ? push : js`if (${at(LEVEL.loose, chosen.holds)}) ${push}`)
  return {
    before: [js`const ${found} = []`],
    round: lines,
    after: type.kind === 'set' ? js`return abi.setOf(${found})` : js`return ${found}`,
  }
}

/** Emits whether an element is chosen; an error makes the whole an error. */
function choose(test: Expr, error: Code, emitter: Emitter): { readonly lines: readonly Code[]; readonly holds: Term } {
  if (!test.fails) return { lines: [], holds: emitter.test(test, 'undefined') }
  const holds = emitter.scope.name('holds')
  const value = at(LEVEL.loose, emitter.test(test, 'undefined'))
  return { lines: [js`const ${holds} = ${value}`, js`if (${holds} === undefined) return ${error}`], holds: atom(holds) }
}

function emitLoop(
  kind: PartKind,
  type: Type,
  range: Term,
  variable: VariableName,
  parts: readonly Expr[],
  emitter: Emitter,
  make: (inner: Emitter) => Loop,
): Term {
  const seen = new Set(parts.flatMap((part) => [...freeVariables(part)]))
  seen.delete(variable)
  const isMap = type.kind === 'map'
  const part = emitter.scope.part(kind, seen, [isMap ? 'entries' : 'elements'], (scope, [collection]) => {
    const items = isMap ? js`${collection as Code}.keys()` : (collection as Code)
    const element = scope.name(baseName(variable))
    const { before, round, after } = scope.bind(variable, element, () => make(emitter.inside(scope)))
    return [...scope.locals(), ...before, emitFor(element, items, holdsNaN(type), round, scope), after]
  })
  return atom(emitter.scope.call(part, [range.code]))
}

/** Whether elements may be NaN, which a set stores as another value (`abi.numberOf` converts it back). */
function holdsNaN(type: Type): boolean {
  return type.kind === 'set' && type.element.kind === 'double'
}

function emitFor(element: Code, items: Code, mayBeNaN: boolean, round: readonly Code[], scope: FunctionScope): Code {
  const kept = mayBeNaN ? scope.name('kept') : element
  const lines = [...(mayBeNaN ? [js`const ${element} = abi.numberOf(${kept})`] : []), ...scope.working(), ...round]
  return js`for (const ${kept} of ${items}) {
${indent(joinCode(lines, '\n'))}
}`
}
