import { canFail } from '../../checker/expressions/bounds/can-fail.ts'
import type { Model } from '../../checker/model.ts'
import { writtenKey } from '../../checker/rules/written-key.ts'
import { constantCondition as entry } from '../../diagnostics/catalogue/lint.ts'
import type { Fix } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Binary, Chain, Expression } from '../../syntax/ast.ts'
import { childrenOf, isExpression, type SyntaxNode } from '../../syntax/children.ts'
import { contradicts, isNever } from '../decisions/never-applies.ts'
import { conjunctionsOf } from '../facts/conditions.ts'
import { constantTruth } from '../facts/constant.ts'
import { operandRemoval, removal } from '../facts/remove.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports conditions, and their relevant parts, that are constant: a value compared with itself, or a test and its contrary. */
export const constantCondition: LintRule = {
  entry,
  byDefault: true,
  *check(project, notify) {
    const { model } = project
    for (const { of, clauses } of conjunctionsOf(project)) {
      yield
      // A constant def is intended, as it has a name. An invariant with a constant may be a draft.
      const whole = of === 'rule' || of === 'role'
      for (const { unless, expression, clause } of clauses) {
        if (whole && isNever({ unless, expression })) continue
        const truth = whole ? truthOf(expression, model, false) : null
        if (truth === null) for (const found of within(expression, model, whole && !unless)) notify(messageOf(found))
        else {
          const neutral = truth !== unless && clause !== null
          const fixes = neutral ? [{ title: 'remove the clause', edits: [removal(clause.span)] }] : []
          notify(report(entry, expression.span, { value: truth }, [], fixes))
        }
      }
    }
  },
}

interface Found {
  readonly node: Expression
  readonly truth: boolean
  /** The chain that it is an operand of. */
  readonly chain: Chain | null
}

function messageOf({ node, truth, chain }: Found) {
  const neutral = chain !== null && (chain.operator === '&&') === truth
  const edit = neutral ? operandRemoval(chain, node) : null
  const fixes: Fix[] = edit === null ? [] : [{ title: 'remove it', edits: [edit] }]
  return report(entry, node.span, { value: truth }, [], fixes)
}

/**
 * Yields the outermost constant parts that affect an expression's outcome.
 * @param conjunct whether it must be true; contradictions of those are reported elsewhere
 */
function* within(expression: Expression, model: Model, conjunct: boolean): Iterable<Found> {
  const parts: { readonly node: Expression; readonly chain: Chain | null; readonly conjunct: boolean }[] = []
  switch (expression.kind) {
    case 'Chain': {
      const inner = conjunct && expression.operator === '&&'
      for (const node of expression.operands) parts.push({ node, chain: expression, conjunct: inner })
      break
    }
    case 'Not':
      parts.push({ node: expression.operand, chain: null, conjunct: false })
      break
    case 'Conditional':
      parts.push({ node: expression.test, chain: null, conjunct: false })
      break
    case 'Comprehension':
      if (expression.macro === 'map' || expression.macro === 'optMap') break
      parts.push({ node: expression.body, chain: null, conjunct: false })
  }
  for (const { node, chain, conjunct: inner } of parts) {
    const truth = truthOf(node, model, inner)
    if (truth !== null) yield { node, truth, chain }
    else yield* within(node, model, inner)
  }
  const seen = new Set<SyntaxNode>(parts.map(({ node }) => node))
  for (const child of childrenOf(expression)) {
    if (isExpression(child) && !seen.has(child)) yield* within(child, model, false)
  }
}

function truthOf(node: Expression, model: Model, conjunct: boolean): boolean | null {
  const truth = constantTruth(node)
  if (truth !== null) return truth
  if (node.kind === 'Binary') return comparedWithItself(node, model)
  if (node.kind !== 'Chain' || (conjunct && node.operator === '&&')) return null
  return contrary(node, model) ?? exhausted(node, model)
}

/** Excludes `double`, as NaN equals nothing. */
const certain: ReadonlySet<string> = new Set(['bool', 'int', 'string', 'literals', 'timestamp', 'duration', 'ip', 'cidr'])
const whenEqual: Readonly<Partial<Record<Binary['operator'], boolean>>> = {
  '==': true,
  '<=': true,
  '>=': true,
  '!=': false,
  '<': false,
  '>': false,
}

function comparedWithItself({ operator, left, right }: Binary, model: Model): boolean | null {
  const truth = whenEqual[operator]
  if (truth === undefined || writtenKey(left) !== writtenKey(right)) return null
  return certain.has(model.typeOf(left).kind) && !canFail(left, model) ? truth : null
}

/** Recognizes `x != "a" || x != "b"`, which is always true, and `x == "a" && x == "b"`. */
function exhausted({ operator, operands }: Chain, model: Model): boolean | null {
  const clauses = operands.map((expression) => ({ unless: operator === '||', expression }))
  if (!contradicts({ conditions: clauses }) || operands.some((operand) => canFail(operand, model))) return null
  return operator === '||'
}

/** Recognizes `a && !a` and `a || !a`, if neither can fail. */
function contrary({ operator, operands }: Chain, model: Model): boolean | null {
  const seen = new Map<string, boolean>()
  for (const operand of operands) {
    const [node, truth] = operand.kind === 'Not' ? [operand.operand, false] : [operand, true]
    const key = writtenKey(node)
    if (seen.get(key) === !truth && !canFail(node, model)) return operator === '||'
    seen.set(key, truth)
  }
  return null
}
