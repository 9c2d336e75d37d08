/** The constraints that hold whenever a permit holds, as far as its clauses state them literally. */
import type { Binary, BinaryOperator, Expression } from '../../syntax/ast.ts'
import type { Rule } from '../model.ts'
import { type ConstantDomain, impliedDomain, type MutableDomain, mutableCopy, tighten } from './domain.ts'
import { writtenKey } from './written-key.ts'

export interface ImpliedConstraints {
  /**
   * Truth values of expressions, by the expression's key (`writtenKey`). Null if they contradict each other, so that the permit
   * never holds.
   */
  readonly truths: ReadonlyMap<string, boolean> | null
  /** The constants that expressions can equal, by the expression's key (`writtenKey`). */
  readonly domains: ReadonlyMap<string, ConstantDomain>
}

export function promisesOf({ conditions }: Pick<Rule, 'conditions'>): ImpliedConstraints {
  const collected = new Collection()
  for (const { expression, unless } of conditions) collected.assume(expression, !unless)
  return collected.contradicts ? { truths: null, domains: collected.domains } : collected
}

const SWAPPED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}
/** The operator that is false if this one is true. The converse fails for NaN. */
const OPPOSITE: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

class Collection implements ImpliedConstraints {
  readonly truths = new Map<string, boolean>()
  readonly domains = new Map<string, MutableDomain>()
  contradicts = false

  assume(expression: Expression, truth: boolean): void {
    if (expression.kind === 'Not') this.assume(expression.operand, !truth)
    else if (expression.kind === 'Chain' && (expression.operator === '&&') === truth) {
      for (const operand of expression.operands) this.assume(operand, truth)
      this.note(writtenKey(expression), truth)
    } else if (expression.kind === 'Binary') this.compare(expression, truth)
    else if (expression.kind === 'Is') this.note(`is ${expression.name.text}`, truth)
    else this.note(writtenKey(expression), truth)
  }

  private note(key: string, truth: boolean): void {
    if (this.truths.get(key) === !truth) this.contradicts = true
    this.truths.set(key, truth)
  }

  private compare({ operator, left, right }: Binary, truth: boolean): void {
    const swapped = SWAPPED[operator]
    const [a, b] = [writtenKey(left), writtenKey(right)]
    this.noteBoth(operator, a, b, truth)
    if (swapped !== undefined) this.noteBoth(swapped, b, a, truth)
    this.narrow(a, operator, right, truth)
    if (swapped !== undefined) this.narrow(b, swapped, left, truth)
  }

  private noteBoth(operator: BinaryOperator, a: string, b: string, truth: boolean): void {
    this.note(`${a} ${operator} ${b}`, truth)
    const opposite = OPPOSITE[operator]
    const isEquality = operator === '==' || operator === '!='
    if (opposite !== undefined && (truth || isEquality)) this.note(`${a} ${opposite} ${b}`, !truth)
  }

  private narrow(key: string, operator: BinaryOperator, by: Expression, truth: boolean): void {
    const implied = impliedDomain(operator, by, truth)
    if (implied === null) return
    const known = this.domains.get(key)
    if (known === undefined) this.domains.set(key, mutableCopy(implied))
    else tighten(known, implied)
  }
}
