import type { Model, Route, Rule } from '../../language/checker/model.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import type { File } from '../../language/syntax/ast.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** The input of a `Finder`: the policy, its syntax trees, earlier warnings, and an evaluator of requests. */
export interface FindingContext {
  readonly model: Model
  readonly files: readonly File[]
  /** Warnings reported so far, by syntactic lint rules and by earlier finders. Finders do not repeat them. */
  readonly told: readonly Diagnostic[]
  /** Evaluates a request against the policy and returns the decision. */
  ask(request: EvalRequest): EvalAnswer
}

/**
 * Finds one kind of problem in a policy. `look` is called for every route and kind of caller; `found` then reports what holds for
 * all.
 */
export interface Finder {
  look(sight: SymbolicRoute): void
  /**
   * Returns the findings. Called after the last `look`.
   *
   * @param isKnown whether all routes of a rule, or the route itself, were analyzed completely
   */
  found(isKnown: (of: Rule | Route) => boolean): Iterable<Diagnostic>
  /** Warnings of syntactic lint rules that the analysis refutes, or reports again with a better reason. */
  readonly refuted?: Iterable<Diagnostic>
}

/** Returns whether an earlier warning with one of the given codes lies within the declaration of a rule. */
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
