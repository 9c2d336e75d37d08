/** The body of an emitted function as lines; a long body continues in further functions. */
import { type Code, indent, joinCode, js } from '../code.ts'
import { emitFunction, FunctionScope, LONG_FUNCTION } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'

/** Function that emits one or a few lines of code, given the function that contains them. */
export type Line = (scope: FunctionScope) => Code | Ending

/** A line of code that always returns, so that later lines are unreachable and not emitted. */
export interface Ending {
  readonly ends: Code
}

export interface RouteLines {
  readonly lines: readonly Line[]
  /**
   * Local variables of the function with their initial values. They are also parameters of the functions in which a long body
   * continues.
   */
  readonly state?: readonly { readonly name: Code; readonly initial: Code }[]
  /** Whether the lines never assign the variables of `state`. */
  readonly constantState?: boolean
  /** Whether a value that several lines need is computed once and kept in a variable. */
  readonly keeps?: boolean
}

/**
 * Emits the body of a route's function as lines. A long body continues in further functions.
 *
 * @param partName returns the name of the n-th further function, from 1
 */
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

/**
 * Emits one function for anonymous and authenticated callers. It begins with the lines for anonymous callers. If `anonymous` is
 * null, all callers use the lines for authenticated ones.
 */
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
