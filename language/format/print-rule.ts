/** Prints rules and invariants: one clause per line, aligned. */
import type { InvariantDeclaration, RuleDeclaration, Target } from '../syntax/ast.ts'
import { largest } from './columns.ts'
import type { Cursor, Lead } from './cursor.ts'
import { align, concat, type Document, group, indent, line, sequence, space, spaces, WIDTH } from './document.ts'
import { flatWidth } from './print-document.ts'
import { printExpression } from './print-expression.ts'
import { printList, printNames, printRequirement } from './print-words.ts'

interface Clause {
  readonly keyword: string
  readonly lead: Lead
  /** The keyword and the comments before it. */
  readonly head: Document
  readonly said: Document
}

export function printRule(cursor: Cursor, rule: RuleDeclaration): Document {
  const words = [...(rule.shadow ? ['shadow'] : []), rule.effect, rule.name.text]
  const head = concat(...words.flatMap((word, at) => (at === 0 ? [cursor.emit(word)] : [space, cursor.emit(word)])))
  const left = {
    conditions: [...rule.conditions],
    requires: [...rule.requires],
    headers: [...rule.headers],
  }
  const say = (keyword: string): Document => {
    switch (keyword) {
      case 'on':
        return printTargets(cursor, rule.on)
      case 'except':
        return printTargets(cursor, rule.except)
      case 'to':
        return printNames(cursor, rule.to ?? [])
      case 'when':
      case 'unless':
        return printExpression(cursor, taken(left.conditions).expression)
      case 'require':
        return printRequirement(cursor, taken(left.requires))
      case 'limit':
        return printLimit(cursor, rule)
      case 'header':
        return concat(cursor.literal(), space, cursor.emit('='), space, align(printExpression(cursor, taken(left.headers).value)))
      case 'because':
        return cursor.literal()
      default:
        throw new Error(`a rule has no clause ${keyword}`)
    }
  }
  const single = [rule.on.length, rule.except.length, rule.to, rule.limit, rule.because].filter(
    (one) => one !== 0 && one !== null,
  )
  const count = single.length + rule.conditions.length + rule.requires.length + rule.headers.length
  return concat(head, indent(layOut(readClauses(cursor, count, say), true)))
}

export function printInvariant(cursor: Cursor, invariant: InvariantDeclaration): Document {
  const head = concat(cursor.emit('invariant'), space, cursor.emit(invariant.name.text))
  const say = (keyword: string): Document => {
    switch (keyword) {
      case 'on':
        return printTargets(cursor, invariant.on)
      case 'except':
        return printTargets(cursor, invariant.except)
      case 'permitted':
      case 'denied': {
        if (invariant.condition === null) return cursor.emit('always')
        const only = invariant.form === 'permitted-only-when' ? [cursor.emit('only'), space] : []
        return concat(...only, cursor.emit('when'), space, align(printExpression(cursor, invariant.condition)))
      }
      case 'allow':
        return cursor.emit('unknown')
      default:
        throw new Error(`an invariant has no clause ${keyword}`)
    }
  }
  const count = 2 + (invariant.except.length > 0 ? 1 : 0) + (invariant.allowUnknown ? 1 : 0)
  return concat(head, indent(layOut(readClauses(cursor, count, say), false)))
}

/** Returns the clauses in written order. */
function readClauses(cursor: Cursor, count: number, say: (keyword: string) => Document): Clause[] {
  return Array.from({ length: count }, () => {
    const keyword = cursor.peek() ?? ''
    const lead = cursor.lead('tight')
    const head = cursor.emit(keyword)
    return { keyword, lead, head, said: say(keyword) }
  })
}

/** @param aligned whether the clauses' contents line up */
function layOut(clauses: readonly Clause[], aligned: boolean): Document {
  const own = clauses.filter((clause, at) => !(isExcept(clause) && clauses[at - 1]?.keyword === 'on'))
  const least = aligned ? longest(own) : 0
  const joined = clauses.filter((clause, at) => joins(clause, clauses[at - 1], least))
  const width = aligned ? longest(clauses.filter((clause) => !joined.includes(clause))) : 0
  const parts: Document[] = []
  for (const clause of clauses) {
    const { keyword, lead, head, said } = clause
    if (joined.includes(clause)) parts.push(space, head, space, said)
    else parts.push(lead.document, head, spaces(Math.max(0, width - keyword.length) + 1), align(said))
  }
  return sequence(parts)
}

/** Whether an `except` fits on the line of the `on` before it. */
function joins(clause: Clause, before: Clause | undefined, width: number): boolean {
  if (!isExcept(clause) || before?.keyword !== 'on' || !clause.lead.bare) return false
  const parts = [before.said, clause.head, clause.said].map(flatWidth)
  const total = parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part + 1), 0)
  return total !== null && 2 + Math.max(width, 'on'.length) + total <= WIDTH
}

function isExcept({ keyword }: Clause): boolean {
  return keyword === 'except'
}

function longest(clauses: readonly Clause[]): number {
  return largest(clauses.map(({ keyword }) => keyword.length))
}

export function printTargets(cursor: Cursor, targets: readonly Target[]): Document {
  return printList(cursor, targets, (target) => printTarget(cursor, target))
}

function printTarget(cursor: Cursor, target: Target): Document {
  switch (target.kind) {
    case 'AllTarget':
      return cursor.emit('*')
    case 'LabelTarget':
      return concat(cursor.emit('label'), space, cursor.emit(target.label.text))
    case 'ServiceTarget':
      return concat(cursor.emit(target.service.text), cursor.emit('.'), cursor.emit('*'))
    case 'RouteTarget':
      return concat(cursor.emit(target.service.text), cursor.emit('.'), cursor.emit(target.route.text))
  }
}

/** `20 per 1h by caller.sub` */
function printLimit(cursor: Cursor, { limit }: RuleDeclaration): Document {
  const rate = concat(cursor.literal(), space, cursor.emit('per'), space, cursor.literal())
  if (limit === null || limit.by === null) return rate
  return group(concat(rate, line, cursor.emit('by'), space, align(printExpression(cursor, limit.by))))
}

function taken<T>(list: T[]): T {
  const first = list.shift()
  if (first === undefined) throw new Error('the text has more clauses than the tree')
  return first
}
