/** Rules and their clauses. */
import type { IToken, ParserMethod, TokenType } from 'chevrotain'
import { missingOn, repeatedClause } from '../../diagnostics/catalogue/syntax.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Condition, Expression, HeaderClause, Limit, Name, Requirement, RuleDeclaration, Target, Text } from '../ast.ts'
import { asKeyword, isIdentifier, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import { JsonParser } from './json.ts'
import { ruleClauses } from './recovery/region.ts'
import { kept, type Prelude } from './words.ts'

/** The single clauses read so far, by keyword, with their contents. */
export interface RuleClauses {
  readonly of: 'a rule' | 'an invariant'
  readonly said: Map<string, IToken>
  on: readonly Target[]
  except: readonly Target[]
}

interface Clauses extends RuleClauses {
  to: readonly Name[] | null
  readonly conditions: Condition[]
  readonly requires: Requirement[]
  limit: Limit | null
  readonly headers: HeaderClause[]
  because: Text | null
  /** Whether the rule cannot be kept, as its callers or routes are unknown. */
  lost: boolean
  /** Whether an inessential clause was unreadable. */
  lacking: boolean
  /** Whether that is a condition, on which later ones may rely. */
  unguarded: boolean
}

interface Head {
  readonly shadow: boolean
  readonly effect: RuleDeclaration['effect']
  readonly name: Name
}

const clauseWords = ['on', 'except', 'to', 'when', 'unless', 'require', 'limit', 'header', 'because']
const next = 'a clause or a declaration'
const conditionWords: ReadonlySet<TokenType | undefined> = new Set([kinds.When, kinds.Unless])
const detachable: ReadonlySet<TokenType | undefined> = new Set([
  ...conditionWords,
  ...[kinds.Require, kinds.Limit, kinds.Header, kinds.Because],
])

export class RuleParser extends JsonParser {
  /** Rule = RuleHead { Clause }      (`on` once, `except`, `to`, `limit` and `because` once at most) */
  protected rule: ParserMethod<[Prelude], RuleDeclaration | null> = this.RULE('rule', (prelude): RuleDeclaration | null => {
    const head = this.attempt(ruleClauses, () => this.SUBRULE(this.ruleHead))
    const read = noClauses()
    const whole = this.repeat(ruleClauses, next, clauseWords, () => {
      this.MANY(() => this.SUBRULE(this.clause, { ARGS: [read] }))
    })
    return this.ACTION(() => this.ruleOf(prelude, head, read, whole))
  })

  /**
   * Returns the rule; null without its `to` or routes. A rule that lost another clause is kept without it, so that the rest is
   * checked; its name is broken, and after the reported mistake nothing is compiled.
   */
  private ruleOf({ start, doc, annotations }: Prelude, head: Head | null, read: Clauses, whole: boolean): RuleDeclaration | null {
    if (head === null) return null
    const { lost, lacking, said } = read
    const unsaid = whole && !lost && !said.has('on')
    if (unsaid) this.report(missingOn, head.name.span, { effect: head.effect, rule: head.name.text })
    if (lost || lacking || unsaid || !whole) this.brokenNames.add(head.name.text)
    if (lost || unsaid || !whole) return null
    return {
      kind: 'RuleDeclaration',
      doc,
      annotations,
      shadow: head.shadow,
      effect: head.effect,
      name: head.name,
      on: read.on,
      except: read.except,
      to: read.to,
      conditions: kept(read.conditions),
      requires: kept(read.requires),
      limit: read.limit,
      headers: kept(read.headers),
      because: read.because,
      span: this.since(start),
    }
  }

  /** RuleHead = [ "shadow" ] ( "permit" | "forbid" ) Name */
  private ruleHead: ParserMethod<[], Head> = this.RULE('ruleHead', () => {
    let shadow = false
    this.OPTION(() => {
      this.CONSUME(kinds.Shadow)
      shadow = true
    })
    const effect = this.OR({
      ERR_MSG: '`permit` or `forbid`',
      DEF: [{ ALT: () => this.CONSUME(kinds.Permit) }, { ALT: () => this.CONSUME(kinds.Forbid) }],
    })
    return { shadow, effect: effect.image as RuleDeclaration['effect'], name: this.plainName() ?? this.SUBRULE(this.name) }
  })

  /** Clause = On | Except | To | When | Require | Limit | Header | Because      (in any order) */
  private clause: ParserMethod<[Clauses], void> = this.RULE('clause', (read) => {
    const word = asKeyword(this.LA(1))
    const whole = this.attempt(ruleClauses, () => {
      this.OR({
        ERR_MSG: 'a clause',
        DEF: [
          { ALT: () => this.SUBRULE(this.on, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.except, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.to, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.when, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.require, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.limit, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.header, { ARGS: [read] }) },
          { ALT: () => this.SUBRULE(this.because, { ARGS: [read] }) },
        ],
      })
      return true
    })
    if (whole !== null) return
    read.lacking = true
    if (conditionWords.has(word)) read.unguarded = true
    if (!detachable.has(word)) read.lost = true
  })

  /** Text after a clause on its line that does not begin another belongs to it, and breaks no more than it. */
  private checkClauseEnds(): void {
    const token = this.LA(1) as LaidToken
    if (this.atEnd() || token.first || ruleClauses.ends(token) || clauseWords.includes(token.image)) return
    if (nearest(token.image, clauseWords) === null) this.expected(next, clauseWords)
  }

  /** On = "on" Target { "," Target } */
  protected on: ParserMethod<[RuleClauses], void> = this.RULE('on', (read) => {
    const keyword = this.CONSUME(kinds.On)
    const targets = this.SUBRULE(this.targets)
    this.ACTION(() => {
      this.once(read, 'on', keyword)
      read.on = targets
    })
  })

  /** Except = "except" Target { "," Target } */
  protected except: ParserMethod<[RuleClauses], void> = this.RULE('except', (read) => {
    const keyword = this.CONSUME(kinds.Except)
    const targets = this.SUBRULE(this.targets)
    this.ACTION(() => {
      this.once(read, 'except', keyword)
      read.except = targets
    })
  })

  /** To = "to" Names */
  private to: ParserMethod<[Clauses], void> = this.RULE('to', (read) => {
    const keyword = this.CONSUME(kinds.To)
    const names = this.SUBRULE(this.names)
    this.ACTION(() => {
      this.once(read, 'to', keyword)
      read.to = names
    })
  })

  /** When = ( "when" | "unless" ) Condition */
  private when: ParserMethod<[Clauses], void> = this.RULE('when', (read) => {
    const start = this.mark()
    const keyword = this.OR([{ ALT: () => this.CONSUME(kinds.When) }, { ALT: () => this.CONSUME(kinds.Unless) }])
    const expression = this.SUBRULE(this.condition)
    this.ACTION(() => {
      this.checkClauseEnds()
      if (read.unguarded) return
      read.conditions.push({ kind: 'Condition', unless: keyword.image === 'unless', expression, span: this.since(start) })
    })
  })

  /** Require = "require" Requirement */
  private require: ParserMethod<[Clauses], void> = this.RULE('require', (read) => {
    this.CONSUME(kinds.Require)
    const requirement = this.SUBRULE(this.requirement)
    this.ACTION(() => {
      this.checkClauseEnds()
      read.requires.push(requirement)
    })
  })

  /** Limit = "limit" Int "per" Period [ "by" Condition ] */
  private limit: ParserMethod<[Clauses], void> = this.RULE('limit', (read) => {
    const start = this.mark()
    const keyword = this.CONSUME(kinds.Limit)
    const number = this.CONSUME(kinds.Int)
    const count = this.ACTION(() => ({ value: this.intOf(number), span: this.spanOf(number) }))
    this.CONSUME(kinds.Per)
    const per = this.SUBRULE(this.period)
    let by: Expression | null = null
    this.OPTION(() => {
      this.CONSUME(kinds.By)
      by = this.SUBRULE(this.condition)
    })
    this.ACTION(() => {
      this.checkClauseEnds()
      this.once(read, 'limit', keyword)
      if (!read.unguarded) read.limit = { kind: 'Limit', count, per, by, span: this.since(start) }
    })
  })

  /** Header = "header" Text "=" Condition */
  private header: ParserMethod<[Clauses], void> = this.RULE('header', (read) => {
    const start = this.mark()
    this.CONSUME(kinds.Header)
    const name = this.SUBRULE(this.text)
    this.CONSUME(kinds.Assign)
    const value = this.SUBRULE(this.condition)
    this.ACTION(() => {
      this.checkClauseEnds()
      if (!read.unguarded) read.headers.push({ kind: 'HeaderClause', name, value, span: this.since(start) })
    })
  })

  /** Because = "because" Text */
  private because: ParserMethod<[Clauses], void> = this.RULE('because', (read) => {
    const keyword = this.CONSUME(kinds.Because)
    const text = this.SUBRULE(this.text)
    this.ACTION(() => {
      this.checkClauseEnds()
      this.once(read, 'because', keyword)
      read.because = text
    })
  })

  /** Targets = Target { "," Target } */
  private targets: ParserMethod<[], readonly Target[]> = this.RULE('targets', () => {
    const targets: Target[] = []
    this.ACTION(() => this.mendName())
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => targets.push(this.SUBRULE(this.target)), ERR_MSG: routes })
    return kept(targets)
  })

  /** Target = "*" | "label" Name | OfService      (`label.x` is of a service named `label`) */
  private target: ParserMethod<[], Target> = this.RULE('target', () => {
    const start = this.mark()
    this.ACTION(() => this.mendName())
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

  /** OfService = Name "." ( "*" | Name ) */
  private ofService: ParserMethod<[], Target> = this.RULE('ofService', () => {
    const start = this.mark()
    this.ACTION(() => {
      // A name alone is no route: the name is wrong, not what follows it.
      if (isIdentifier(this.LA(1).tokenType) && this.LA(2).tokenType !== kinds.Dot) this.expected(routes, ['label'])
    })
    const service = this.plainName() ?? this.SUBRULE(this.name)
    this.CONSUME(kinds.Dot)
    this.ACTION(() => this.mendName())
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
            const route = this.plainName() ?? this.SUBRULE2(this.name)
            return { kind: 'RouteTarget', service, route, span: this.since(start) }
          },
        },
      ],
    })
  })

  protected once({ of, said }: RuleClauses, clause: string, keyword: IToken): void {
    const first = said.get(clause)
    said.set(clause, first ?? keyword)
    if (first === undefined) return
    const related = [{ message: 'first said here', span: this.spanOf(first) }]
    this.refuse(repeatedClause, this.spanOf(keyword), { of, clause }, related)
  }
}

function noClauses(): Clauses {
  return {
    of: 'a rule',
    said: new Map(),
    on: kept([]),
    except: kept([]),
    to: null,
    conditions: [],
    requires: [],
    limit: null,
    headers: [],
    because: null,
    lost: false,
    lacking: false,
    unguarded: false,
  }
}

const routes = '`*`, `label` and a label, or a route such as `orders.read`'
