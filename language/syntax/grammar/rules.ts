/** Rules and their clauses. */
import type { IToken, ParserMethod } from 'chevrotain'
import { missingOn, repeatedClause } from '../../diagnostics/catalogue/syntax.ts'
import type { Condition, Name, RuleDeclaration, Target, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import { JsonParser } from './json.ts'
import { clauses } from './region.ts'

/** What was read of a rule; for clauses that stand once, also the keyword. */
interface Clauses {
  on: readonly Target[]
  except: readonly Target[]
  to: readonly Name[] | null
  readonly conditions: Condition[]
  because: Text | null
  readonly said: Map<string, IToken>
}

const clauseWords = ['on', 'except', 'to', 'when', 'unless', 'because']

export class RuleParser extends JsonParser {
  /** Rule = ( "permit" | "forbid" ) Name { Clause } */
  protected rule: ParserMethod<[string | null], RuleDeclaration | null> = this.RULE('rule', (doc): RuleDeclaration | null => {
    const start = this.mark()
    const head = this.attempt(clauses, () => this.SUBRULE(this.ruleHead))
    const read: Clauses = { on: [], except: [], to: null, conditions: [], because: null, said: new Map() }
    let broken = head === null
    const whole = this.repeat(clauses, 'a clause or a declaration', clauseWords, () => {
      this.MANY(() => {
        if (!this.SUBRULE(this.clause, { ARGS: [read] })) broken = true
      })
    })
    return this.ACTION(() => {
      if (head === null) return null
      if (whole && !broken && !read.said.has('on')) {
        this.report(missingOn, head.name.span, { effect: head.effect, rule: head.name.text })
        broken = true
      }
      if (broken || !whole) {
        this.brokenNames.add(head.name.text)
        return null
      }
      const { on, except, to, conditions, because } = read
      const { effect, name } = head
      return { kind: 'RuleDeclaration', effect, name, on, except, to, conditions, because, doc, span: this.since(start) }
    })
  })

  private ruleHead: ParserMethod<[], { effect: RuleDeclaration['effect']; name: Name }> = this.RULE('ruleHead', () => {
    const effect = this.OR([{ ALT: () => this.CONSUME(kinds.Permit) }, { ALT: () => this.CONSUME(kinds.Forbid) }])
    return { effect: effect.image as RuleDeclaration['effect'], name: this.SUBRULE(this.name) }
  })

  /** Clause = On | Except | To | When | Because      (in any order; answers whether it could be read) */
  private clause: ParserMethod<[Clauses], boolean> = this.RULE('clause', (read) => {
    const whole = this.attempt(clauses, () => {
      this.OR({
        ERR_MSG: 'a clause',
        DEF: [
          { ALT: () => this.SUBRULE(this.on, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.except, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.to, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.when, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.because, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.laterClause) },
        ],
      })
      return true
    })
    return whole ?? false
  })

  /** On = "on" Targets */
  private on: ParserMethod<[Clauses], void> = this.RULE('on', (read) => {
    const keyword = this.CONSUME(kinds.On)
    this.ACTION(() => this.once(read, 'on', keyword))
    const targets = this.SUBRULE(this.targets)
    this.ACTION(() => {
      read.on = targets
    })
  })

  /** Except = "except" Targets */
  private except: ParserMethod<[Clauses], void> = this.RULE('except', (read) => {
    const keyword = this.CONSUME(kinds.Except)
    this.ACTION(() => this.once(read, 'except', keyword))
    const targets = this.SUBRULE(this.targets)
    this.ACTION(() => {
      read.except = targets
    })
  })

  /** To = "to" Names */
  private to: ParserMethod<[Clauses], void> = this.RULE('to', (read) => {
    const keyword = this.CONSUME(kinds.To)
    this.ACTION(() => this.once(read, 'to', keyword))
    const names = this.SUBRULE(this.names)
    this.ACTION(() => {
      read.to = names
    })
  })

  /** When = ( "when" | "unless" ) Condition */
  private when: ParserMethod<[Clauses], void> = this.RULE('when', (read) => {
    const start = this.mark()
    const keyword = this.OR([{ ALT: () => this.CONSUME(kinds.When) }, { ALT: () => this.CONSUME(kinds.Unless) }])
    const expression = this.SUBRULE(this.condition)
    this.ACTION(() =>
      read.conditions.push({ kind: 'Condition', unless: keyword.image === 'unless', expression, span: this.since(start) }),
    )
  })

  /** Because = "because" Text */
  private because: ParserMethod<[Clauses], void> = this.RULE('because', (read) => {
    const keyword = this.CONSUME(kinds.Because)
    this.ACTION(() => this.once(read, 'because', keyword))
    const text = this.SUBRULE(this.text)
    this.ACTION(() => {
      read.because = text
    })
  })

  /** `require …`, `limit …`, `header …`: the rule is read without it. */
  private laterClause: ParserMethod<[], void> = this.RULE('laterClause', () => {
    const keyword = this.CONSUME(kinds.LaterClause)
    this.ACTION(() => {
      this.reportLater(keyword)
      this.skip(clauses)
    })
  })

  /** Targets = Target { "," Target } */
  private targets: ParserMethod<[], Target[]> = this.RULE('targets', () => {
    const targets: Target[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => targets.push(this.SUBRULE(this.target)), ERR_MSG: routes })
    return targets
  })

  /** Target = "*" | "label" Name | Name "." ( "*" | Name )      (`label.x` is of a service named `label`) */
  private target: ParserMethod<[], Target> = this.RULE('target', () => {
    const start = this.mark()
    return this.OR<Target>({
      ERR_MSG: routes,
      MAX_LOOKAHEAD: 1,
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => ({ kind: 'AllTarget', span: this.spanOf(this.CONSUME(kinds.Star)) }) },
        {
          GATE: () => this.LA(2).tokenType !== kinds.Dot,
          ALT: () => {
            this.CONSUME(kinds.Label)
            return { kind: 'LabelTarget', label: this.SUBRULE(this.name), span: this.since(start) }
          },
        },
        { ALT: () => this.SUBRULE(this.ofService) },
      ],
    })
  })

  private ofService: ParserMethod<[], Target> = this.RULE('ofService', () => {
    const start = this.mark()
    const service = this.SUBRULE(this.name)
    this.CONSUME(kinds.Dot)
    return this.OR<Target>({
      ERR_MSG: 'a route or `*`',
      DEF: [
        {
          ALT: () => {
            this.CONSUME(kinds.Star)
            return { kind: 'ServiceTarget', service, span: this.since(start) }
          },
        },
        {
          ALT: () => {
            const route = this.SUBRULE2(this.name)
            return { kind: 'RouteTarget', service, route, span: this.since(start) }
          },
        },
      ],
    })
  })

  private once(read: Clauses, clause: string, keyword: IToken): void {
    const first = read.said.get(clause)
    read.said.set(clause, first ?? keyword)
    if (first === undefined) return
    this.refuse(repeatedClause, this.spanOf(keyword), { clause }, [{ message: 'first said here', span: this.spanOf(first) }])
  }
}

const routes = '`*`, `label` and a label, or a route such as `orders.read`'
