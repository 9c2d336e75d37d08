import type { Model, Route, Rule } from '../../language/checker/model.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import type { File } from '../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** What is asked, and of what. */
export interface FindingContext {
  readonly model: Model
  readonly files: readonly File[]
  /** What the text alone has told already: nothing is told twice. */
  readonly told: readonly Diagnostic[]
  /** What the policy answers. */
  ask(request: EvalRequest): EvalAnswer
}

/** One kind of finding: it is shown everything, and then says what is so everywhere. */
export interface Finder {
  look(sight: SymbolicRoute): void
  /** `isKnown`: whether everything was seen of it. */
  found(isKnown: (of: Rule | Route) => boolean): Iterable<Diagnostic>
  /** Those of what was told that are not so, or are said better by what was found. */
  readonly refuted?: Iterable<Diagnostic>
}

/** Whether one of some warnings stands at a rule. */
export function isTold(
  { told }: Pick<FindingContext, 'told'>,
  { declaration: { span } }: Rule,
  ...codes: readonly string[]
): boolean {
  return told.some(
    (one) =>
      codes.includes(one.code) && one.span.source === span.source && span.start <= one.span.start && one.span.end <= span.end,
  )
}

export function listNames(names: Iterable<{ readonly name: string }>): string {
  const all = [...new Set([...names].map(({ name }) => `\`${name}\``))].sort()
  return all.length > 4 ? `${all.slice(0, 3).join(', ')} or ${all.length - 3} more` : all.join(' or ')
}

export function relatedRules(rules: Iterable<Rule>): Diagnostic['related'] {
  return [...new Set(rules)].map(({ name, declaration }) => ({ message: `\`${name}\` is here`, span: declaration.name.span }))
}
