import type { Model, Route, Rule } from '../../language/checker/model.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import type { File } from '../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** The input of finders. */
export interface FindingContext {
  readonly model: Model
  readonly files: readonly File[]
  /** Text-based warnings, which are not repeated. */
  readonly told: readonly Diagnostic[]
  /** Evaluates a request. */
  ask(request: EvalRequest): EvalAnswer
}

/** A kind of finding. It visits every route and caller, then reports statements that hold for all of them. */
export interface Finder {
  look(sight: SymbolicRoute): void
  /**
   * Returns the findings, after the last visit.
   *
   * @param isKnown whether all parts of a rule or route were analyzed
   */
  found(isKnown: (of: Rule | Route) => boolean): Iterable<Diagnostic>
  /** Text-based warnings that are wrong, or are reported again with a better reason. */
  readonly refuted?: Iterable<Diagnostic>
}

/** Returns whether a rule already has one of some warnings. */
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
