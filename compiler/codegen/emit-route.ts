/** A route's two functions: `decide`, which answers with an outcome, and `trace`, which names all that decided. */
import { type Program, printProgram, type RouteIr, type Step } from '../ir/index.ts'
import { type Code, comment, indent, joinCode, js, literal } from './code.ts'
import { emitTest } from './expressions/emit-expression.ts'
import { emitFunction, FunctionScope } from './function-scope.ts'
import type { ModuleScope } from './module-scope.ts'
import { moduleName } from './names.ts'
import { at, LEVEL, type Term } from './expressions/term.ts'
import { LONG_FUNCTION } from './expressions/weigh.ts'

export interface RouteFunctions {
  readonly decide: Code
  readonly trace: Code
}

/** Adds the functions to the module; returns their names. */
export function emitRoute(route: RouteIr, module: ModuleScope): RouteFunctions {
  const [service = '', name = ''] = route.name.split('.')
  const decide = emitProgram('decide', decideForm, [service, name], route, module)
  const trace = emitProgram('trace', traceForm, [service, name], route, module)
  const title = comment(`${route.name}: ${route.methods?.join(', ') ?? 'ANY'} ${route.template}`)
  module.functions.push(joinCode([title, decide.code], '\n'), trace.code)
  return { decide: decide.name, trace: trace.name }
}

/** What tells `decide` from `trace`. */
interface Form {
  readonly parameters: Code
  readonly begin: readonly Code[]
  steps(program: Program): readonly Step[]
  step(step: Step, scope: FunctionScope): Code
  end(program: Program, module: ModuleScope): readonly Code[]
}

const decideForm: Form = {
  parameters: js`facts, params, request`,
  begin: [],
  steps: ({ decide }) => decide,
  step({ effect, rule, test, outcome }, scope) {
    const result = js`return ${scope.module.outcome(outcome)}`
    const title = comment(`${effect} ${rule}`)
    if (test.kind === 'Const' && test.value === true) return joinCode([title, result], '\n')
    const condition = layOut(emitTest(test, effect === 'permit' ? 'false' : 'true', scope))
    return joinCode([title, js`if (${condition}) ${result}`], '\n')
  },
  // After a step that always decides there is nothing to say.
  end: ({ decide, otherwise }, module) => (isCertain(decide.at(-1)) ? [] : [js`return ${module.outcome(otherwise)}`]),
}

const traceForm: Form = {
  parameters: js`trace, facts, params, request`,
  begin: [js`const trace = abi.startTrace()`],
  steps: ({ trace }) => trace,
  step({ stage, effect, rule, test, outcome }, scope) {
    const arguments_ = js`${stage}, ${literal(rule)}, ${scope.module.outcome(outcome)}, ${emitTest(test, 'undefined', scope).code}`
    return effect === 'permit' ? js`trace.permit(${arguments_})` : js`trace.forbid(${arguments_})`
  },
  end: ({ otherwise }, module) => [js`return trace.end(${module.outcome(otherwise)})`],
}

function isCertain(step: Step | undefined): boolean {
  return step?.test.kind === 'Const' && step.test.value === true
}

/** One function for both kinds of caller, which parts ways only if they are decided differently. */
function emitProgram(
  kind: 'decide' | 'trace',
  form: Form,
  names: readonly [string, string],
  route: RouteIr,
  module: ModuleScope,
) {
  const name = moduleName(kind, ...names)
  const authenticated = emitBody(form, route.authenticated, module, (part) => moduleName(kind, ...names, part))
  const same = printProgram(route.anonymous).join('\n') === printProgram(route.authenticated).join('\n')
  const anonymous = same ? [] : emitBody(form, route.anonymous, module, (part) => moduleName(kind, ...names, 'anonymous', part))
  const parting = same ? [] : [emitParting(anonymous)]
  return { name, code: emitFunction(name, js`facts, params, request`, [...form.begin, ...parting, ...authenticated]) }
}

function emitParting(anonymous: readonly Code[]): Code {
  const [only] = anonymous
  if (anonymous.length === 1 && only !== undefined && !only.toString().includes('\n')) return js`if (facts.identity < 0) ${only}`
  return js`if (facts.identity < 0) {
${indent(joinCode(anonymous, '\n'))}
}`
}

/** The lines of a program; past a certain length it goes on in functions of its own. */
function emitBody(form: Form, program: Program, module: ModuleScope, partName: (part: number) => Code): readonly Code[] {
  const chunks: { readonly scope: FunctionScope; readonly lines: Code[]; length: number }[] = []
  for (const step of form.steps(program)) {
    let chunk = chunks.at(-1)
    if (chunk === undefined || chunk.length > LONG_FUNCTION) {
      chunk = { scope: new FunctionScope(module), lines: [], length: 0 }
      chunks.push(chunk)
    }
    const code = form.step(step, chunk.scope)
    chunk.lines.push(code)
    chunk.length += code.length
  }
  const end = form.end(program, module)
  const bodies = chunks.map(({ scope, lines }) => [...scope.head(), ...lines])
  const [only] = bodies
  if (only === undefined) return end
  if (bodies.length === 1) return [...only, ...end]
  const next = (part: number) => js`return ${partName(part)}(${form.parameters})`
  for (const [part, body] of bodies.entries()) {
    const last = part === bodies.length - 1
    module.functions.push(emitFunction(partName(part + 1), form.parameters, [...body, ...(last ? end : [next(part + 2)])]))
  }
  return [next(1)]
}

/** A long chain has a line for each of its operands. */
function layOut(test: Term): Code {
  const code = at(LEVEL.loose, test)
  if (test.chain === undefined || code.length < 100) return code
  const { operator, operands } = test.chain
  const sign = operator === '&&' ? js`&&` : js`||`
  const lines = operands.map((operand, position) => (position === operands.length - 1 ? operand : js`${operand} ${sign}`))
  return js`
${indent(joinCode(lines, '\n'))}
`
}
