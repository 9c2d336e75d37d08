/**
 * Chapter: rules. Permits and forbids with their clauses in any order, and the targets that invariants share with them. A clause
 * that cannot be read is left out of its rule, which is kept if its callers and routes are known.
 *
 * Implements `rules.md`, `obligations.md`, `shadow-rules.md` of `spec/language/`.
 */
import type { IToken, TokenType } from 'chevrotain'
import { missingOn, repeatedClause } from '../../diagnostics/catalogue/syntax.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Condition, Expression, HeaderClause, Limit, Name, Requirement, RuleDeclaration, Target, Text } from '../ast.ts'
import { asKeyword, isIdentifier, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { ExpressionProductions } from './expressions.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { ruleClauses } from './recovery/region.ts'
import type { RequirementProductions } from './requirements.ts'
import { kept, mendName, type Prelude, plainName, readInt, type WordProductions } from './words.ts'

/** The clauses of a rule or invariant read so far that may occur only once: keyword tokens by clause, and targets. */
export interface RuleClauses {
  readonly of: 'a rule' | 'an invariant' | 'a test'
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

export type RuleProductions = ReturnType<typeof defineRuleProductions>

export function defineRuleProductions(
  parser: RecoveringParser,
  words: WordProductions,
  requirements: RequirementProductions,
  expressions: ExpressionProductions,
) {
  const rules = {
    /** Rule = RuleHead { Clause }      (`on` once, `except`, `to`, `limit` and `because` once at most) */
    rule: parser.RULE('rule', (prelude: Prelude): RuleDeclaration | null => {
      const head = parser.attempt(ruleClauses, () => parser.SUBRULE(rules.ruleHead))
      const read = noClauses()
      const whole = parser.repeat(ruleClauses, next, clauseWords, () => {
        parser.MANY(() => parser.SUBRULE(rules.clause, { ARGS: [read] }))
      })
      return parser.ACTION(() => ruleOf(parser, prelude, head, read, whole))
    }),

    /** RuleHead = [ "shadow" ] ( "permit" | "forbid" ) Name */
    ruleHead: parser.RULE('ruleHead', (): Head => {
      let shadow = false
      parser.OPTION(() => {
        parser.CONSUME(kinds.Shadow)
        shadow = true
      })
      const effect = parser.OR({
        ERR_MSG: '`permit` or `forbid`',
        DEF: [{ ALT: () => parser.CONSUME(kinds.Permit) }, { ALT: () => parser.CONSUME(kinds.Forbid) }],
      })
      return { shadow, effect: effect.image as RuleDeclaration['effect'], name: plainName(parser) ?? parser.SUBRULE(words.name) }
    }),

    /** Clause = On | Except | To | When | Require | Limit | Header | Because      (in any order) */
    clause: parser.RULE('clause', (read: Clauses): void => {
      const word = asKeyword(parser.LA(1))
      const whole = parser.attempt(ruleClauses, () => {
        parser.OR({
          ERR_MSG: 'a clause',
          DEF: [
            { ALT: () => parser.SUBRULE(rules.on, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.except, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.to, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.when, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.require, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.limit, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.header, { ARGS: [read] }) },
            { ALT: () => parser.SUBRULE(rules.because, { ARGS: [read] }) },
          ],
        })
        return true
      })
      if (whole !== null) return
      read.lacking = true
      if (conditionWords.has(word)) read.unguarded = true
      if (!detachable.has(word)) read.lost = true
    }),

    /** On = "on" Targets */
    on: parser.RULE('on', (read: RuleClauses): void => {
      const keyword = parser.CONSUME(kinds.On)
      const targets = parser.SUBRULE(rules.targets)
      parser.ACTION(() => {
        once(parser, read, 'on', keyword)
        read.on = targets
      })
    }),

    /** Except = "except" Targets */
    except: parser.RULE('except', (read: RuleClauses): void => {
      const keyword = parser.CONSUME(kinds.Except)
      const targets = parser.SUBRULE(rules.targets)
      parser.ACTION(() => {
        once(parser, read, 'except', keyword)
        read.except = targets
      })
    }),

    /** To = "to" Names */
    to: parser.RULE('to', (read: Clauses): void => {
      const keyword = parser.CONSUME(kinds.To)
      const names = parser.SUBRULE(words.names)
      parser.ACTION(() => {
        once(parser, read, 'to', keyword)
        read.to = names
      })
    }),

    /** When = ( "when" | "unless" ) Condition */
    when: parser.RULE('when', (read: Clauses): void => {
      const start = parser.mark()
      const keyword = parser.OR([{ ALT: () => parser.CONSUME(kinds.When) }, { ALT: () => parser.CONSUME(kinds.Unless) }])
      const expression = parser.SUBRULE(expressions.condition)
      parser.ACTION(() => {
        checkClauseEnds(parser)
        if (read.unguarded) return
        read.conditions.push({ kind: 'Condition', unless: keyword.image === 'unless', expression, span: parser.since(start) })
      })
    }),

    /** Require = "require" Requirement */
    require: parser.RULE('require', (read: Clauses): void => {
      parser.CONSUME(kinds.Require)
      const requirement = parser.SUBRULE(requirements.requirement)
      parser.ACTION(() => {
        checkClauseEnds(parser)
        read.requires.push(requirement)
      })
    }),

    /** Limit = "limit" Int "per" Period [ "by" Condition ] */
    limit: parser.RULE('limit', (read: Clauses): void => {
      const start = parser.mark()
      const keyword = parser.CONSUME(kinds.Limit)
      const number = parser.CONSUME(kinds.Int)
      const count = parser.ACTION(() => ({ value: readInt(parser, number), span: parser.spanOf(number) }))
      parser.CONSUME(kinds.Per)
      const per = parser.SUBRULE(words.period)
      let by: Expression | null = null
      parser.OPTION(() => {
        parser.CONSUME(kinds.By)
        by = parser.SUBRULE(expressions.condition)
      })
      parser.ACTION(() => {
        checkClauseEnds(parser)
        once(parser, read, 'limit', keyword)
        if (!read.unguarded) read.limit = { kind: 'Limit', count, per, by, span: parser.since(start) }
      })
    }),

    /** Header = "header" Text "=" Condition */
    header: parser.RULE('header', (read: Clauses): void => {
      const start = parser.mark()
      parser.CONSUME(kinds.Header)
      const name = parser.SUBRULE(words.text)
      parser.CONSUME(kinds.Assign)
      const value = parser.SUBRULE(expressions.condition)
      parser.ACTION(() => {
        checkClauseEnds(parser)
        if (!read.unguarded) read.headers.push({ kind: 'HeaderClause', name, value, span: parser.since(start) })
      })
    }),

    /** Because = "because" Text */
    because: parser.RULE('because', (read: Clauses): void => {
      const keyword = parser.CONSUME(kinds.Because)
      const text = parser.SUBRULE(words.text)
      parser.ACTION(() => {
        checkClauseEnds(parser)
        once(parser, read, 'because', keyword)
        read.because = text
      })
    }),

    /** Targets = Target { "," Target } */
    targets: parser.RULE('targets', (): readonly Target[] => {
      const targets: Target[] = []
      parser.ACTION(() => mendName(parser))
      parser.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => targets.push(parser.SUBRULE(rules.target)), ERR_MSG: routes })
      return kept(targets)
    }),

    /** Target = "*" | "label" Name | OfService      (`label.x` is of a service named `label`) */
    target: parser.RULE('target', (): Target => {
      const start = parser.mark()
      parser.ACTION(() => mendName(parser))
      return parser.OR<Target>({
        ERR_MSG: routes,
        MAX_LOOKAHEAD: 1,
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => ({ kind: 'AllTarget', span: parser.spanOf(parser.CONSUME(kinds.Star)) }) },
          {
            GATE: () => parser.LA(2).tokenType !== kinds.Dot,
            ALT: () => {
              parser.CONSUME(kinds.Label)
              return { kind: 'LabelTarget', label: parser.SUBRULE(words.name), span: parser.since(start) }
            },
          },
          { ALT: () => parser.SUBRULE(rules.ofService) },
        ],
      })
    }),

    /** OfService = Name "." ( "*" | Name ) */
    ofService: parser.RULE('ofService', (): Target => {
      const start = parser.mark()
      parser.ACTION(() => {
        // A name alone is no route: the name is wrong, not what follows it.
        if (isIdentifier(parser.LA(1).tokenType) && parser.LA(2).tokenType !== kinds.Dot) parser.expected(routes, ['label'])
      })
      const service = plainName(parser) ?? parser.SUBRULE(words.name)
      parser.CONSUME(kinds.Dot)
      parser.ACTION(() => mendName(parser))
      return parser.OR<Target>({
        ERR_MSG: 'a route or `*`',
        DEF: [
          {
            ALT: () => {
              parser.CONSUME(kinds.Star)
              return { kind: 'ServiceTarget', service, span: parser.since(start) }
            },
          },
          {
            ALT: () => {
              const route = plainName(parser) ?? parser.SUBRULE2(words.name)
              return { kind: 'RouteTarget', service, route, span: parser.since(start) }
            },
          },
        ],
      })
    }),
  }
  return rules
}

/**
 * Returns the rule; null without its `to` or routes. A rule that lost another clause is kept without it, so that the rest is
 * checked; its name is broken, and after the reported mistake nothing is compiled.
 */
function ruleOf(
  parser: RecoveringParser,
  { start, doc, annotations }: Prelude,
  head: Head | null,
  read: Clauses,
  whole: boolean,
): RuleDeclaration | null {
  if (head === null) return null
  const { lost, lacking, said } = read
  const unsaid = whole && !lost && !said.has('on')
  if (unsaid) parser.report(missingOn, head.name.span, { effect: head.effect, rule: head.name.text })
  if (lost || lacking || unsaid || !whole) parser.unreadable.breaksRule(head.name)
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
    span: parser.since(start),
  }
}

/** Text after a clause on its line that does not begin another belongs to it, and breaks no more than it. */
function checkClauseEnds(parser: RecoveringParser): void {
  const token = parser.LA(1) as LaidToken
  if (parser.atEnd() || token.first || ruleClauses.ends(token) || clauseWords.includes(token.image)) return
  if (nearest(token.image, clauseWords) === null) parser.expected(next, clauseWords)
}

/** Records a clause that may occur only once in a rule or invariant, and reports a second occurrence. */
export function once(parser: RecoveringParser, { of, said }: RuleClauses, clause: string, keyword: IToken): void {
  const first = said.get(clause)
  said.set(clause, first ?? keyword)
  if (first === undefined) return
  const related = [{ message: 'first said here', span: parser.spanOf(first) }]
  parser.refuse(repeatedClause, parser.spanOf(keyword), { of, clause }, related)
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
