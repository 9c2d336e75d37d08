import type { Identity, Model, Principal } from '../../checker/model.ts'
import { mayRead, writtenKey } from '../../checker/rules/written-key.ts'
import { redundantGuard as entry } from '../../diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Chain, Expression, Has, Is } from '../../syntax/ast.ts'
import { childrenOf, isExpression, walkExpressions } from '../../syntax/children.ts'
import { type Conjunction, conjunctionsOf } from '../facts/conditions.ts'
import { principalsCover } from '../facts/principals-cover.ts'
import { operandRemoval, removal } from '../facts/remove.ts'
import type { LintRule } from '../lint-rule.ts'

/**
 * Reports tests whose outcome is already known: `has` of a field that is always present, `is` with a name that every possible
 * caller matches, and repeated tests.
 */
export const redundantGuard: LintRule = {
  entry,
  byDefault: true,
  check(project, notify) {
    for (const conjunction of conjunctionsOf(project)) new GuardCheck(project.model, notify).conjunction(conjunction)
  },
}

interface Assumptions {
  /** Earlier tests, by key. */
  readonly asked: Map<string, Expression>
  /** Every possible caller is one of each of these. */
  readonly callers: (readonly Principal[])[]
}

class GuardCheck {
  private readonly model: Model
  private readonly notify: (diagnostic: Diagnostic) => void

  constructor(model: Model, notify: (diagnostic: Diagnostic) => void) {
    this.model = model
    this.notify = notify
  }

  conjunction({ clauses, to }: Conjunction): void {
    const known: Assumptions = { asked: new Map(), callers: [to] }
    for (const { unless, expression, clause } of clauses) {
      const why = this.whyCertain(expression, !unless, known)
      if (why === null) this.assume(expression, !unless, known)
      else this.report(expression, why, known, clause === null ? null : removal(clause.span))
    }
  }

  /** Visits an expression that must have the outcome `truth`, and adds the implied facts. */
  private assume(expression: Expression, truth: boolean, known: Assumptions): void {
    if (expression.kind === 'Not') this.assume(expression.operand, !truth, known)
    else if (expression.kind === 'Chain') {
      this.chain(expression, truth, known)
      this.learn(expression, truth, known)
    } else {
      this.within(expression, known)
      this.learn(expression, truth, known)
    }
  }

  /** Visits operands under the facts of earlier ones: true in an `&&`, false in an `||`. */
  private chain(chain: Chain, truth: boolean, known: Assumptions): void {
    const each = chain.operator === '&&'
    const inner = each === truth ? known : copyOf(known)
    for (const operand of chain.operands) {
      const why = this.whyCertain(operand, each, inner)
      if (why === null) this.assume(operand, each, inner)
      else this.report(operand, why, inner, operandRemoval(chain, operand))
    }
  }

  /** Visits parts that imply nothing for later expressions. */
  private within(expression: Expression, known: Assumptions): void {
    const parts = childrenOf(expression).filter((child) => isExpression(child) && holdsChain(child)) as Expression[]
    if (parts.length === 0) return
    const inner = copyOf(known)
    if (expression.kind === 'Comprehension') {
      // Facts about an outer variable of this name do not apply.
      for (const key of inner.asked.keys()) if (mayRead(key, expression.variable.text)) inner.asked.delete(key)
    }
    for (const part of parts) this.assume(part, true, copyOf(inner))
  }

  private learn(expression: Expression, truth: boolean, { asked, callers }: Assumptions): void {
    asked.set(keyOf(expression, truth), expression)
    if (expression.kind === 'Is' && truth) callers.push([this.principal(expression)])
  }

  private whyCertain(expression: Expression, truth: boolean, known: Assumptions): string | null {
    if (expression.kind === 'Not') return this.whyCertain(expression.operand, !truth, known)
    // Constants have a report of their own.
    if (expression.kind === 'BoolLiteral') return null
    if (known.asked.has(keyOf(expression, truth))) return 'it was already tested'
    if (!truth) return null
    if (expression.kind === 'Has') return this.isAlwaysThere(expression, known) ? 'this field is always present' : null
    if (expression.kind !== 'Is') return null
    const wanted = [this.principal(expression)]
    const certain = known.callers.some((callers) => principalsCover(wanted, callers, this.model.identities))
    return certain ? `every caller here is \`${expression.name.text}\`` : null
  }

  private report(node: Expression, why: string, { asked }: Assumptions, edit: ReturnType<typeof operandRemoval>): void {
    const before = asked.get(keyOf(node, true)) ?? asked.get(keyOf(node, false))
    const related = before === undefined ? [] : [{ message: 'first tested here', span: before.span }]
    const fixes = edit === null ? [] : [{ title: 'remove it', edits: [edit] }]
    this.notify(report(entry, node.span, { why }, related, fixes))
  }

  private isAlwaysThere({ target }: Has, known: Assumptions): boolean {
    if (target.kind !== 'Member') return false
    const { object, field } = target
    const type = this.model.typeOf(object)
    if (type.kind === 'record') return type.fields.get(field.text)?.optional === false
    if (type.kind !== 'caller') return false
    const certain = (identity: Identity) => identity.fields.get(field.text)?.optional === false
    return known.callers.some((callers) => identitiesOf(callers)?.every(certain))
  }

  private principal(is: Is): Principal {
    const reference = this.model.referenceOf(is)
    switch (reference.kind) {
      case 'role':
      case 'identity':
        return reference
      case 'authenticated':
      case 'anonymous':
        return { kind: reference.kind }
      default:
        throw new Error(`\`is\` names no kind of caller: ${reference.kind}`)
    }
  }
}

/** Whether the expression contains a chain, so that a repeated test is possible. */
function holdsChain(expression: Expression): boolean {
  let found = false
  walkExpressions(expression, (part) => {
    found ||= part.kind === 'Chain'
    return !found
  })
  return found
}

function keyOf(expression: Expression, truth: boolean): string {
  return `${truth} ${writtenKey(expression)}`
}

function copyOf({ asked, callers }: Assumptions): Assumptions {
  return { asked: new Map(asked), callers: [...callers] }
}

/** Returns null if others may call too. */
function identitiesOf(principals: readonly Principal[]): readonly Identity[] | null {
  const found: Identity[] = []
  for (const principal of principals) {
    if (principal.kind === 'identity') found.push(principal.identity)
    else if (principal.kind === 'role') found.push(...principal.role.identities)
    else return null
  }
  return found
}
