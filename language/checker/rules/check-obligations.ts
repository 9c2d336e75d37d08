/** Checks a permit's obligations (requirements, a limit, headers), and that no forbid has any. */

import { badConstant } from '../../diagnostics/catalogue/calls.ts'
import { headerNotSet, limitBound, limitKey, permitOnly, standsTwice } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { HeaderClause, Limit, Requirement, RuleDeclaration } from '../../syntax/ast.ts'
import { compareText } from '../by-name.ts'
import { checkValue } from '../expressions/check-condition.ts'
import type { ExpressionContext } from '../expressions/expression-context.ts'
import type { FlowFacts } from '../expressions/flow/narrowing.ts'
import { checkRequired } from '../expressions/operations/check-requirement.ts'
import type { Rule } from '../model.ts'
import { BOOL, STRING, showType, type Type } from '../types/type.ts'
import { headerProblem, isHeaderValue, spellingOf } from './obligation-header.ts'

type Obligations = Pick<Rule, 'requires' | 'limit' | 'headers'>

/**
 * Checks the requirements, the limit and the headers of a permit; reports any of them in a forbid.
 *
 * @param known the facts if all clauses hold: the limit's key and the headers are evaluated only for permits that hold
 */
export function checkObligations(declaration: RuleDeclaration, known: FlowFacts, context: ExpressionContext): Obligations {
  const { diagnostics, types } = context
  const { requires, limit, headers, effect } = declaration
  if (effect === 'forbid') {
    refuse(declaration, diagnostics)
    return { requires: [], limit: null, headers: [] }
  }
  for (const one of requires) {
    types.set(one, BOOL)
    checkRequired(one, diagnostics)
  }
  return {
    requires,
    limit: limit === null ? null : checkLimit(limit, known, context),
    headers: checkHeaders(headers, known, context),
  }
}

function refuse({ requires, limit, headers }: RuleDeclaration, diagnostics: Diagnostic[]): void {
  for (const one of requires) diagnostics.push(report(permitOnly, one.span, { clause: 'require' }, [], writeUnless(one)))
  for (const one of limit === null ? [] : [limit]) diagnostics.push(report(permitOnly, one.span, { clause: 'limit' }))
  for (const one of headers) diagnostics.push(report(permitOnly, one.span, { clause: 'header' }))
}

/** The keyword stands before the node. */
function writeUnless({ span: { source, start } }: Requirement): Fix[] {
  const at = source.text.lastIndexOf('require', start)
  if (at === -1) return []
  return [{ title: 'write `unless`', edits: [{ span: { source, start: at, end: at + 'require'.length }, text: 'unless' }] }]
}

/** Types of limit keys: each value has exactly one text. */
const KEYS: ReadonlySet<Type['kind']> = new Set(['string', 'literals', 'int', 'bool', 'ip', 'unknown'] as const)

function checkLimit({ count, per, by }: Limit, known: FlowFacts, context: ExpressionContext): Rule['limit'] {
  if (count.value < 1) context.diagnostics.push(report(limitBound, count.span, { what: 'one request' }))
  if (per.milliseconds < 1) context.diagnostics.push(report(limitBound, per.span, { what: 'a millisecond' }))
  if (by !== null) {
    const { type } = checkValue(by, known, context, null)
    if (!KEYS.has(type.kind)) context.diagnostics.push(report(limitKey, by.span, { type: showType(type) }))
  }
  return { count: count.value, per: per.milliseconds, by }
}

function inLowerCase({ value, span }: HeaderClause['name']): Fix[] {
  const lower = value.toLowerCase()
  if (lower === value || headerProblem(lower) !== null) return []
  return [{ title: `write \`${lower}\``, edits: [{ span, text: JSON.stringify(lower) }] }]
}

const NO_HEADERS: Rule['headers'] = []

function checkHeaders(clauses: readonly HeaderClause[], known: FlowFacts, context: ExpressionContext): Rule['headers'] {
  if (clauses.length === 0) return NO_HEADERS
  const { diagnostics } = context
  const first = new Map<string, HeaderClause>()
  for (const clause of clauses) {
    const { value: name, span } = clause.name
    checkValue(clause.value, known, context, STRING)
    checkConstant(clause, diagnostics)
    const problem = headerProblem(name)
    if (problem !== null) {
      const fixes = inLowerCase(clause.name)
      const lower = fixes.length === 0 ? null : name.toLowerCase()
      diagnostics.push(report(headerNotSet, span, { name, why: problem, lower }, [], fixes))
    }
    const spelling = spellingOf(name)
    const before = first.get(spelling)
    first.set(spelling, before ?? clause)
    if (before === undefined) continue
    diagnostics.push(report(standsTwice, span, { name }, [{ message: 'first set here', span: before.name.span }]))
  }
  const kept = [...first.values()]
  return kept.map(({ name, value }) => ({ name: name.value, value })).sort((a, b) => compareText(a.name, b.name))
}

/** Reports a constant that is no valid header value: the permit would never hold. */
function checkConstant({ value }: HeaderClause, diagnostics: Diagnostic[]): void {
  if (value.kind !== 'StringLiteral' || isHeaderValue(value.value)) return
  const words = { text: value.value, what: 'a value that a header can have', example: 'gold' }
  diagnostics.push(report(badConstant, value.span, words))
}
