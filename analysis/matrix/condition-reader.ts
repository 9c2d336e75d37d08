import type { Expr } from '../../compiler/ir/index.ts'
import type { Model } from '../../language/checker/model.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { Context, Meaning } from '../symbolic/context.ts'
import { meaningOf } from '../symbolic/meaning.ts'

/** Computes for which requests conditions and their parts are true and false. Results are memoized by expression. */
export class ConditionReader {
  readonly context: Context
  readonly #lower: (expression: Expression) => Expr
  readonly #guardsOf: Model['guardsOf']
  readonly #known = new Map<Expression, Meaning>()
  readonly #once = new Map<object, Edge>()
  #unguarded: ConditionReader | null = null

  constructor(context: Context, { guardsOf }: Pick<Model, 'guardsOf'>, lower: (expression: Expression) => Expr) {
    this.context = context
    this.#guardsOf = guardsOf
    this.#lower = lower
  }

  meaning(expression: Expression): Meaning {
    const known = this.#known.get(expression) ?? meaningOf(this.#lower(expression), this.context)
    this.#known.set(expression, known)
    return known
  }

  /** Returns the guards of an operand, or of a rule's condition: earlier expressions that must be true before it is evaluated. */
  guardsOf(operand: Expression): readonly Expression[] {
    return this.#guardsOf(operand)
  }

  /** Returns a reader that ignores guards: for shortened conditions, in which guards may have been dropped. */
  unguarded(): ConditionReader {
    this.#unguarded ??= new ConditionReader(this.context, { guardsOf: () => [] }, this.#lower)
    return this.#unguarded
  }

  /**
   * Returns the boolean function that is stored under the key `what`. On the first call, `work` computes it; later calls, for
   * other columns of the matrix, reuse it.
   */
  once(what: object, work: () => Edge): Edge {
    const known = this.#once.get(what) ?? work()
    this.#once.set(what, known)
    return known
  }

  /**
   * Evaluates an expression and its parts, so that an `AtomCollector` as the context's domain receives all of their atomic
   * conditions.
   */
  gather(expression: Expression): void {
    this.meaning(expression)
    if (expression.kind === 'Not') this.gather(expression.operand)
    if (expression.kind === 'Chain') for (const operand of expression.operands) this.gather(operand)
    if (expression.kind === 'Conditional')
      for (const part of [expression.test, expression.then, expression.otherwise]) this.gather(part)
  }
}
