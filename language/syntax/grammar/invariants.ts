/**
 * Chapter: invariants. Statements about all requests to some routes, with their clauses in any order.
 *
 * Implements `invariants.md` of `spec/language/`.
 */
import { missingForm, missingOn } from '../../diagnostics/catalogue/syntax.ts'
import type { Expression, InvariantDeclaration, Name } from '../ast.ts'
import * as kinds from '../tokens.ts'
import type { ExpressionProductions } from './expressions.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { invariantClauses } from './recovery/region.ts'
import { once, type RuleClauses, type RuleProductions } from './rules.ts'
import type { Prelude, WordProductions } from './words.ts'

type Form = Pick<InvariantDeclaration, 'form' | 'condition'>

interface Clauses extends RuleClauses {
  form: Form | null
  allowUnknown: boolean
  lost: boolean
}

const clauseWords = ['on', 'except', 'permitted', 'denied', 'allow']

export type InvariantProductions = ReturnType<typeof defineInvariantProductions>

export function defineInvariantProductions(
  parser: RecoveringParser,
  words: WordProductions,
  expressions: ExpressionProductions,
  rules: RuleProductions,
) {
  const invariants = {
    /** Invariant = "invariant" Name { InvariantClause }      (`on` and what must hold once, the others once at most) */
    invariant: parser.RULE('invariant', (prelude: Prelude): InvariantDeclaration | null => {
      const name = parser.attempt(invariantClauses, () => {
        parser.CONSUME(kinds.Invariant)
        return parser.SUBRULE(words.name)
      })
      const said: RuleClauses = { of: 'an invariant', said: new Map(), on: [], except: [] }
      const read: Clauses = { ...said, form: null, allowUnknown: false, lost: false }
      const whole = parser.repeat(invariantClauses, 'a clause or a declaration', clauseWords, () => {
        parser.MANY(() => parser.SUBRULE(invariants.invariantClause, { ARGS: [read] }))
      })
      return parser.ACTION(() => (name === null ? null : invariantOf(parser, prelude, name, read, whole)))
    }),

    /** InvariantClause = On | Except | Permitted | Denied | AllowUnknown      (in any order) */
    invariantClause: parser.RULE('invariantClause', (read: Clauses): void => {
      const whole = parser.attempt(invariantClauses, () => {
        parser.OR({
          ERR_MSG: 'a clause',
          DEF: [
            { ALT: () => parser.SUBRULE(rules.on, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.except, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(invariants.permitted, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(invariants.denied, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(invariants.allowUnknown, { ARGS: [read] }) },
          ],
        })
        return true
      })
      if (whole === null) read.lost = true
    }),

    /** Permitted = "permitted" ( [ "only" ] "when" Condition | "always" ) */
    permitted: parser.RULE('permitted', (read: Clauses): void => {
      const keyword = parser.CONSUME(kinds.Permitted)
      let form: Form['form'] = 'permitted-when'
      let condition: Expression | null = null
      parser.OR({
        ERR_MSG: '`only when`, `when` or `always`',
        DEF: [
          {
            ALT: () => {
              parser.OPTION(() => {
                parser.CONSUME(kinds.Only)
                form = 'permitted-only-when'
              })
              parser.CONSUME(kinds.When)
              condition = parser.SUBRULE(expressions.condition)
            },
          },
          { ALT: () => parser.CONSUME(kinds.Always) },
        ],
      })
      parser.ACTION(() => {
        once(parser, read, 'permitted` or `denied', keyword)
        read.form = { form, condition }
      })
    }),

    /** Denied = "denied" ( "when" Condition | "always" ) */
    denied: parser.RULE('denied', (read: Clauses): void => {
      const keyword = parser.CONSUME(kinds.Denied)
      let condition: Expression | null = null
      parser.OR({
        ERR_MSG: '`when` or `always`',
        DEF: [
          {
            ALT: () => {
              parser.CONSUME(kinds.When)
              condition = parser.SUBRULE(expressions.condition)
            },
          },
          { ALT: () => parser.CONSUME(kinds.Always) },
        ],
      })
      parser.ACTION(() => {
        once(parser, read, 'permitted` or `denied', keyword)
        read.form = { form: 'denied-when', condition }
      })
    }),

    /** AllowUnknown = "allow" "unknown" */
    allowUnknown: parser.RULE('allowUnknown', (read: Clauses): void => {
      const keyword = parser.CONSUME(kinds.Allow)
      parser.CONSUME(kinds.UnknownWord)
      parser.ACTION(() => {
        once(parser, read, 'allow unknown', keyword)
        read.allowUnknown = true
      })
    }),
  }
  return invariants
}

/** Returns the invariant; null if it lacks its routes, its form or an unreadable clause. */
function invariantOf(
  parser: RecoveringParser,
  { start, ...prelude }: Prelude,
  name: Name,
  read: Clauses,
  whole: boolean,
): InvariantDeclaration | null {
  const { on, except, form, allowUnknown, said } = read
  const readable = whole && !read.lost
  const unsaid = readable && !said.has('on')
  if (unsaid) parser.report(missingOn, name.span, { effect: 'invariant', rule: name.text })
  else if (readable && form === null) parser.report(missingForm, name.span, { invariant: name.text })
  if (!readable || unsaid || form === null) {
    parser.unreadable.breaksRule(name)
    return null
  }
  return { kind: 'InvariantDeclaration', ...prelude, name, on, except, ...form, allowUnknown, span: parser.since(start) }
}
