import type { Expr } from '../../compiler/ir/index.ts'
import type { Model } from '../../language/checker/model.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { Context, Meaning } from '../symbolic/context.ts'
import { meaningOf } from '../symbolic/meaning.ts'

/** What conditions mean in a world, as the policy writes them: whole, and in the parts that they are joined from. */
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

  /** Of an operand, or a condition of a rule: those beside it that let it be read. */
  guardsOf(operand: Expression): readonly Expression[] {
    return this.#guardsOf(operand)
  }

  /** The same, where nothing is guarded: as what is left is read by who does not know what was left out. */
  unguarded(): ConditionReader {
    this.#unguarded ??= new ConditionReader(this.context, { guardsOf: () => [] }, this.#lower)
    return this.#unguarded
  }

  /** What is asked of each column is worked out for the first. */
  once(what: object, work: () => Edge): Edge {
    const known = this.#once.get(what) ?? work()
    this.#once.set(what, known)
    return known
  }

  /** Asks for all that is asked later. */
  gather(expression: Expression): void {
    this.meaning(expression)
    if (expression.kind === 'Not') this.gather(expression.operand)
    if (expression.kind === 'Chain') for (const operand of expression.operands) this.gather(operand)
    if (expression.kind === 'Conditional')
      for (const part of [expression.test, expression.then, expression.otherwise]) this.gather(part)
  }
}
