import type { ParserMethod } from 'chevrotain'
import { missingForm, missingOn } from '../../diagnostics/catalogue/syntax.ts'
import type { Expression, InvariantDeclaration, Name } from '../ast.ts'
import * as kinds from '../tokens.ts'
import { invariantClauses } from './recovery/region.ts'
import { type RuleClauses, RuleParser } from './rules.ts'
import type { Prelude } from './words.ts'

type Form = Pick<InvariantDeclaration, 'form' | 'condition'>

interface Clauses extends RuleClauses {
  form: Form | null
  allowUnknown: boolean
  lost: boolean
}

const clauseWords = ['on', 'except', 'permitted', 'denied', 'allow']

export class InvariantParser extends RuleParser {
  /** Invariant = "invariant" Name { InvariantClause }      (`on` and what must hold once, the others once at most) */
  protected invariant: ParserMethod<[Prelude], InvariantDeclaration | null> = this.RULE('invariant', (prelude) => {
    const name = this.attempt(invariantClauses, () => {
      this.CONSUME(kinds.Invariant)
      return this.SUBRULE(this.name)
    })
    const said: RuleClauses = { of: 'an invariant', said: new Map(), on: [], except: [] }
    const read: Clauses = { ...said, form: null, allowUnknown: false, lost: false }
    const whole = this.repeat(invariantClauses, 'a clause or a declaration', clauseWords, () => {
      this.MANY(() => this.SUBRULE(this.invariantClause, { ARGS: [read] }))
    })
    return this.ACTION(() => (name === null ? null : this.invariantOf(prelude, name, read, whole)))
  })

  private invariantOf({ start, ...prelude }: Prelude, name: Name, read: Clauses, whole: boolean): InvariantDeclaration | null {
    const { on, except, form, allowUnknown, said } = read
    const readable = whole && !read.lost
    const unsaid = readable && !said.has('on')
    if (unsaid) this.report(missingOn, name.span, { effect: 'invariant', rule: name.text })
    else if (readable && form === null) this.report(missingForm, name.span, { invariant: name.text })
    if (!readable || unsaid || form === null) {
      this.brokenNames.add(name.text)
      return null
    }
    return { kind: 'InvariantDeclaration', ...prelude, name, on, except, ...form, allowUnknown, span: this.since(start) }
  }

  /** InvariantClause = On | Except | Permitted | Denied | AllowUnknown      (in any order) */
  private invariantClause: ParserMethod<[Clauses], void> = this.RULE('invariantClause', (read) => {
    const whole = this.attempt(invariantClauses, () => {
      this.OR({
        ERR_MSG: 'a clause',
        DEF: [
          { ALT: () => this.SUBRULE(this.on, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.except, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.permitted, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.denied, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.allowUnknown, { ARGS: [read] }) },
        ],
      })
      return true
    })
    if (whole === null) read.lost = true
  })

  /** Permitted = "permitted" ( [ "only" ] "when" Condition | "always" ) */
  private permitted: ParserMethod<[Clauses], void> = this.RULE('permitted', (read) => {
    const keyword = this.CONSUME(kinds.Permitted)
    let form: Form['form'] = 'permitted-when'
    let condition: Expression | null = null
    this.OR({
      ERR_MSG: '`only when`, `when` or `always`',
      DEF: [
        {
          ALT: () => {
            this.OPTION(() => {
              this.CONSUME(kinds.Only)
              form = 'permitted-only-when'
            })
            this.CONSUME(kinds.When)
            condition = this.SUBRULE(this.condition)
          },
        },
        { ALT: () => this.CONSUME(kinds.Always) },
      ],
    })
    this.ACTION(() => {
      this.once(read, 'permitted` or `denied', keyword)
      read.form = { form, condition }
    })
  })

  /** Denied = "denied" ( "when" Condition | "always" ) */
  private denied: ParserMethod<[Clauses], void> = this.RULE('denied', (read) => {
    const keyword = this.CONSUME(kinds.Denied)
    let condition: Expression | null = null
    this.OR({
      ERR_MSG: '`when` or `always`',
      DEF: [
        {
          ALT: () => {
            this.CONSUME(kinds.When)
            condition = this.SUBRULE(this.condition)
          },
        },
        { ALT: () => this.CONSUME(kinds.Always) },
      ],
    })
    this.ACTION(() => {
      this.once(read, 'permitted` or `denied', keyword)
      read.form = { form: 'denied-when', condition }
    })
  })

  /** AllowUnknown = "allow" "unknown" */
  private allowUnknown: ParserMethod<[Clauses], void> = this.RULE('allowUnknown', (read) => {
    const keyword = this.CONSUME(kinds.Allow)
    this.CONSUME(kinds.UnknownWord)
    this.ACTION(() => {
      this.once(read, 'allow unknown', keyword)
      read.allowUnknown = true
    })
  })
}
