/** The body of an emitted function as lines, which past a certain length go on in functions of their own. */
import { type Code, indent, joinCode, js } from '../code.ts'
import { emitFunction, FunctionScope, LONG_FUNCTION } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'

/** Makes one line, or a few that belong together, in the function where it ends up. */
export type Line = (scope: FunctionScope) => Code | Ending

/** A line behind which nothing is reached. */
export interface Ending {
  readonly ends: Code
}

export interface RouteLines {
  readonly lines: readonly Line[]
  /** What a function that continues is given besides `facts` and `request`, with what it is at the beginning. */
  readonly state?: readonly { readonly name: Code; readonly initial: Code }[]
  /** The state is made once and never assigned. */
  readonly constantState?: boolean
  /** What several lines need is worked out once. */
  readonly keeps?: boolean
}

/** `partName` names the functions in which a long body goes on. */
export function emitLines(body: RouteLines, module: ModuleScope, partName: (part: number) => Code): readonly Code[] {
  const { lines, state = [], constantState = false, keeps = false } = body
  const keyword = constantState ? js`const` : js`let`
  const bodies = chunks(lines, module, keeps ? 'once' : 'nothing')
  const [only] = bodies
  if (bodies.length <= 1 || only === undefined) {
    const [first, ...rest] = state.map(({ name, initial }) => js`${name} = ${initial}`)
    return [...(first === undefined ? [] : [js`${keyword} ${joinCode([first, ...rest], ', ')}`]), ...(only ?? [])]
  }
  const parameters = joinCode([js`facts, request`, ...state.map(({ name }) => name)], ', ')
  for (const [part, code] of bodies.entries()) {
    const last = part === bodies.length - 1
    const next = last ? [] : [js`return ${partName(part + 2)}(${parameters})`]
    module.addFunction(emitFunction(partName(part + 1), parameters, [...code, ...next]))
  }
  const initial = joinCode([js`facts, request`, ...state.map((one) => one.initial)], ', ')
  return [js`return ${partName(1)}(${initial})`]
}

function chunks(lines: readonly Line[], module: ModuleScope, keeping: 'once' | 'nothing'): readonly (readonly Code[])[] {
  const made: { readonly scope: FunctionScope; readonly codes: Code[]; length: number }[] = []
  for (const line of lines) {
    let chunk = made.at(-1)
    if (chunk === undefined || chunk.length > LONG_FUNCTION) {
      chunk = { scope: new FunctionScope(module, 'decision', keeping), codes: [], length: 0 }
      made.push(chunk)
    }
    const result = line(chunk.scope)
    const code = joinCode([...chunk.scope.constants(), 'ends' in result ? result.ends : result], '\n')
    chunk.codes.push(code)
    chunk.length += code.length
    if ('ends' in result) break
  }
  return made.map(({ scope, codes }) => [...scope.head(), ...codes])
}

/** One function for both kinds of caller, which parts ways only where `anonymous` is given. */
export function emitParted(name: Code, anonymous: readonly Code[] | null, authenticated: readonly Code[]): Code {
  const parting = anonymous === null ? [] : [emitParting(anonymous)]
  return emitFunction(name, js`facts, request`, [...parting, ...authenticated])
}

function emitParting(anonymous: readonly Code[]): Code {
  const [only] = anonymous
  if (anonymous.length === 1 && only !== undefined && only.breaks === 0) return js`if (facts.identity < 0) ${only}`
  return js`if (facts.identity < 0) {
${indent(joinCode(anonymous, '\n'))}
}`
}
