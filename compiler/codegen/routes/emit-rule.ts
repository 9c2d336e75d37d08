/** Rule constants, for the functions that name all rules that decided. */
import type { WrittenClause } from '../../../runtime/abi/index.ts'
import type { DecisionStep, RequirementIr } from '../../ir/index.ts'
import { type Code, js, literal } from '../code.ts'
import { emitArray, emitObject } from '../emit-object.ts'
import type { ModuleScope } from '../module-scope.ts'

/** Declares the constant that describes a rule for traces, and returns its name. */
export function emitRule(step: DecisionStep, module: ModuleScope): Code {
  return module.rule(step.rule, (own) => {
    const requires = emitArray(step.requires.map((one) => emitRequirement(one, own)))
    const parts: (readonly [Code, Code])[] = []
    if (step.shadow) parts.push([js`shadow`, js`true`])
    if (step.personal) parts.push([js`personal`, js`true`])
    if (step.because !== null) parts.push([js`because`, literal(step.because)])
    if (step.requires.length > 0) parts.push([step.effect === 'permit' ? js`require` : js`unless`, requires])
    if (step.limit !== null) {
      const { count, per } = step.limit
      parts.push([js`limit`, js`{ count: ${count}, per: ${per} }`])
    }
    if (step.headers.length > 0) parts.push([js`headers`, emitArray(step.headers.map(({ name }) => literal(name)))])
    if (step.written.length > 0) parts.push([js`written`, emitArray(emitWritten(step.written))])
    const make = step.effect === 'permit' ? js`abi.permit` : js`abi.forbid`
    return parts.length === 0 ? js`${make}(${literal(step.rule)})` : js`${make}(${literal(step.rule)}, ${emitObject(parts)})`
  })
}

/** Emits the file, then the text of each clause: all are in one file. */
function emitWritten(clauses: readonly WrittenClause[]): readonly Code[] {
  const places = clauses.map(({ clause, place: { start, end } }) =>
    literal(`${clause} ${start.line}:${start.column}-${end.line}:${end.column}`),
  )
  return [literal(clauses[0]?.place.file ?? ''), ...places]
}

export function emitRequirement({ what, values, within }: RequirementIr, module: ModuleScope): Code {
  const time = within === null ? js`null` : js`${within}`
  return module.constant('requirement', js`abi.requirement(${literal(what)}, ${emitArray(values.map(literal))}, ${time})`)
}
