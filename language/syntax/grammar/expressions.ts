/** Conditions: CEL's syntax with `is` and requirements. */
import type { IToken, ParserMethod, TokenType } from 'chevrotain'
import { lackedLiteral, tooDeep, unexpected } from '../../diagnostics/catalogue/syntax.ts'
import { spanning } from '../../source.ts'
import type { Expression, MapLiteral, Name } from '../ast.ts'
import { childrenOf, isExpression } from '../children.ts'
import { type CoveredOperand, groupOperations, type OperationStep } from '../group-operations.ts'
import * as kinds from '../tokens.ts'
import { comprehensionOf } from './macros.ts'
import { DEPTH_LIMIT } from './recovery/recovering-parser.ts'
import { RequirementParser } from './requirements.ts'
import { kept } from './words.ts'

type Entries = MapLiteral['entries']

export class ExpressionParser extends RequirementParser {
  /** Condition = Expression      (that nests no deeper than it may, whatever makes it deep) */
  protected condition: ParserMethod<[], Expression> = this.RULE('condition', () => {
    const start = this.index()
    const expression = this.SUBRULE(this.expression)
    this.ACTION(() => {
      // An expression is never deeper than it has tokens.
      if (this.index() - start > DEPTH_LIMIT) this.checkDepth(expression)
    })
    return expression
  })

  /**
   * Expression = Operand { BinaryOperator Operand } [ "?" Expression ":" Expression ]
   *
   * The operands are grouped by precedence afterwards; after `is` stands a name; between `?` and `:` stands no other `?` without
   * parentheses, as in CEL. This and `operand` are all the productions that an expression goes through, as nesting costs stack.
   */
  protected expression: ParserMethod<[], Expression> = this.RULE('expression', (): Expression => {
    const start = this.mark()
    this.deeper()
    const first = this.SUBRULE(this.operand)
    const steps: OperationStep[] = []
    this.MANY(() => {
      const operator = this.CONSUME(kinds.BinaryOperator)
      const operand = this.SUBRULE2(this.operand)
      this.ACTION(() => steps.push(this.step(operator, operand, steps.at(-1))))
    })
    let result = this.ACTION(() => groupOperations(first, steps))
    this.OPTION(() => {
      const question = this.CONSUME(kinds.Question)
      const thenStart = this.mark()
      const then = this.SUBRULE(this.expression)
      this.ACTION(() => {
        if (then.kind === 'Conditional' && then.span.start === thenStart) this.refuseBareConditional(question)
      })
      this.CONSUME(kinds.Colon)
      const otherwise = this.SUBRULE2(this.expression)
      result = { kind: 'Conditional', test: result, then, otherwise, span: this.since(start) }
    })
    this.shallower()
    return result
  })

  /**
   * Operand = { "!" | "-" } ( Literal | Reference | "(" Expression ")" | List | Map | Requirement )
   *           { "." [ "?" ] Name [ Arguments ] | "[" [ "?" ] Expression "]" }      (no arguments after `.?`)
   */
  private operand: ParserMethod<[], CoveredOperand> = this.RULE('operand', (): CoveredOperand => {
    const signs: IToken[] = []
    this.MANY(() => signs.push(this.OR([{ ALT: () => this.CONSUME(kinds.Bang) }, { ALT: () => this.CONSUME(kinds.Minus) }])))
    const start = this.mark()
    this.ACTION(() => this.checkLacked())
    const leaf = this.leaf()
    let node =
      leaf ??
      this.OR2<Expression>({
        ERR_MSG: 'an expression',
        DEF: [
          { ALT: () => this.SUBRULE(this.literal) },
          { ALT: () => this.SUBRULE(this.reference) },
          {
            ALT: () => {
              this.CONSUME(kinds.OpenParen)
              const inner = this.SUBRULE(this.expression)
              this.CONSUME(kinds.CloseParen)
              return inner
            },
          },
          { ALT: () => this.SUBRULE(this.list) },
          { ALT: () => this.SUBRULE(this.map) },
          { ALT: () => this.SUBRULE(this.requirement) },
        ],
      })
    this.MANY2(() => {
      let optional = false
      node = this.OR3<Expression>([
        {
          ALT: () => {
            this.CONSUME(kinds.Dot)
            this.OPTION(() => {
              this.CONSUME(kinds.Question)
              optional = true
            })
            const field = this.plainName() ?? this.SUBRULE(this.name)
            let given: readonly Expression[] | null = null
            this.OPTION2({
              GATE: () => !optional,
              DEF: () => {
                given = this.SUBRULE(this.args)
              },
            })
            return this.ACTION(() => this.member(node, optional, field, given, start))
          },
        },
        {
          ALT: () => {
            this.CONSUME(kinds.OpenBracket)
            this.OPTION3(() => {
              this.CONSUME2(kinds.Question)
              optional = true
            })
            const index = this.SUBRULE2(this.expression)
            this.CONSUME(kinds.CloseBracket)
            return { kind: optional ? 'OptionalIndex' : 'Index', object: node, index, span: this.since(start) }
          },
        },
      ])
    })
    this.ACTION(() => this.checkNoMessage(node))
    return this.ACTION(() => this.signed(signs, { node, span: this.since(start) }))
  })

  /** Literal = "true" | "false" | Int | Double | Text */
  private literal: ParserMethod<[], Expression> = this.RULE('literal', () => {
    const token = this.OR([
      { ALT: () => this.CONSUME(kinds.True) },
      { ALT: () => this.CONSUME(kinds.False) },
      { ALT: () => this.CONSUME(kinds.Int) },
      { ALT: () => this.CONSUME(kinds.Double) },
      { ALT: () => this.CONSUME(kinds.Text) },
    ])
    return this.ACTION(() => this.literalOf(token))
  })

  private literalOf(token: IToken): Expression {
    const span = this.spanOf(token)
    const { tokenType } = token
    if (tokenType === kinds.Int) return { kind: 'IntLiteral', value: this.intOf(token), span }
    if (tokenType === kinds.Double) return { kind: 'DoubleLiteral', value: this.doubleOf(token), span }
    if (tokenType === kinds.True || tokenType === kinds.False)
      return { kind: 'BoolLiteral', value: tokenType === kinds.True, span }
    return { kind: 'StringLiteral', value: this.textOf(token), span }
  }

  /** Reads a name or a literal without its productions, as most operands are one; null if something else comes next. */
  private leaf(): Expression | null {
    if (this.RECORDING_PHASE) return null
    const token = this.LA(1)
    if (literals.has(token.tokenType)) {
      this.SKIP_TOKEN()
      return this.literalOf(token)
    }
    const name = this.LA(2).tokenType === kinds.OpenParen ? null : this.plainName()
    return name === null ? null : call(name, null, name.span)
  }

  /** Reference = Name [ Arguments ]      (`has(x.f)` is a `Has`) */
  private reference: ParserMethod<[], Expression> = this.RULE('reference', () => {
    const start = this.mark()
    const name = this.plainName() ?? this.SUBRULE(this.name)
    let given: readonly Expression[] | null = null
    this.OPTION(() => {
      given = this.SUBRULE(this.args)
    })
    return this.ACTION(() => {
      this.checkHas(name, given)
      return call(name, given, this.since(start))
    })
  })

  /** Arguments = "(" [ Expression { "," Expression } ] ")" */
  private args: ParserMethod<[], readonly Expression[]> = this.RULE('arguments', () => {
    const given: Expression[] = []
    this.CONSUME(kinds.OpenParen)
    this.ACTION(() => this.checkLacked())
    this.MANY_SEP({ SEP: kinds.Comma, DEF: () => given.push(this.SUBRULE(this.expression)) })
    this.CONSUME(kinds.CloseParen, { ERR_MSG: '`,` or `)`' })
    return kept(given)
  })

  /** List = "[" [ Expression { "," Expression } [ "," ] ] "]" */
  private list: ParserMethod<[], Expression> = this.RULE('list', (): Expression => {
    const start = this.mark()
    const elements: Expression[] = []
    this.CONSUME(kinds.OpenBracket)
    this.ACTION(() => this.checkLacked())
    this.OPTION(() => {
      elements.push(this.SUBRULE(this.expression))
      this.MANY({
        GATE: () => this.LA(2).tokenType !== kinds.CloseBracket,
        DEF: () => {
          this.CONSUME(kinds.Comma)
          elements.push(this.SUBRULE2(this.expression))
        },
      })
      this.OPTION2(() => this.CONSUME2(kinds.Comma))
      this.ACTION(() => this.checkLacked())
    })
    this.CONSUME(kinds.CloseBracket, { ERR_MSG: '`,` or `]`' })
    return { kind: 'ListLiteral', elements: kept(elements), span: this.since(start) }
  })

  /** Map = "{" [ MapEntry { "," MapEntry } [ "," ] ] "}" */
  private map: ParserMethod<[], MapLiteral> = this.RULE('map', (): MapLiteral => {
    const start = this.mark()
    const entries: Entries[number][] = []
    this.CONSUME(kinds.OpenBrace)
    this.ACTION(() => this.checkLacked())
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.mapEntry))
      this.MANY({
        GATE: () => this.LA(2).tokenType !== kinds.CloseBrace,
        DEF: () => {
          this.CONSUME(kinds.Comma)
          entries.push(this.SUBRULE2(this.mapEntry))
        },
      })
      this.OPTION2(() => this.CONSUME2(kinds.Comma))
      this.ACTION(() => this.checkLacked())
    })
    this.CONSUME(kinds.CloseBrace, { ERR_MSG: '`,` or `}`' })
    return { kind: 'MapLiteral', entries: kept(entries), span: this.since(start) }
  })

  /** MapEntry = Expression ":" Expression */
  private mapEntry: ParserMethod<[], Entries[number]> = this.RULE('mapEntry', () => {
    const key = this.SUBRULE(this.expression)
    this.CONSUME(kinds.Colon)
    return { key, value: this.SUBRULE2(this.expression) }
  })

  /** Applies the signs before an operand, innermost first; `-` before a number is part of it. */
  private signed(signs: readonly IToken[], operand: CoveredOperand): CoveredOperand {
    let { node, span } = operand
    for (const sign of [...signs].reverse()) {
      span = { ...span, start: sign.startOffset }
      if (sign.tokenType === kinds.Bang) node = { kind: 'Not', operand: node, span }
      else if (node.kind === 'IntLiteral' && node.value > 0) node = { kind: 'IntLiteral', value: -node.value, span }
      else if (node.kind === 'DoubleLiteral' && node.value > 0) node = { kind: 'DoubleLiteral', value: -node.value, span }
      else node = { kind: 'Negate', operand: node, span }
    }
    return { node, span }
  }

  private member(
    object: Expression,
    optional: boolean,
    field: Name,
    given: readonly Expression[] | null,
    start: number,
  ): Expression {
    const span = this.since(start)
    if (optional) return { kind: 'OptionalMember', object, field, span }
    if (given === null) return { kind: 'Member', object, field, span }
    const comprehension = comprehensionOf(object, field, given, span, ({ expected, found, span }) =>
      this.refuse(unexpected, span, { expected, found, suggestion: null, hint: null }),
    )
    return comprehension ?? { kind: 'Call', receiver: object, name: field, arguments: given, span }
  }

  private step({ image: operator }: IToken, operand: CoveredOperand, before: OperationStep | undefined): OperationStep {
    const { node, span } = operand
    const isArithmetic = ARITHMETIC.has(operator)
    if (operator !== 'is' && !(isArithmetic && before?.operator === 'is')) return { operator, operand }
    if (!isArithmetic && node.kind === 'Identifier' && span.start === node.span.start)
      return { operator: 'is', name: { kind: 'Name', text: node.name, span } }
    // `caller is a + b` would mean `caller is (a + b)`.
    const whole = before !== undefined && 'name' in before ? spanning(before.name.span, span) : span
    return this.refuse(unexpected, whole, { expected: 'a name after `is`', found: 'an expression', suggestion: null, hint: null })
  }

  private refuseBareConditional(question: IToken): never {
    const params = {
      expected: 'parentheses round a conditional within a conditional',
      found: 'none',
      suggestion: null,
      hint: null,
    }
    return this.refuse(unexpected, this.spanOf(question), params)
  }

  /** Rejects literals of CEL that the language lacks. */
  private checkLacked(): void {
    const token = this.LA(1)
    const type = lacked.get(token.tokenType)
    if (type !== undefined) this.refuse(lackedLiteral, this.spanOf(token), { text: token.image, type })
  }

  /** Rejects CEL's `T{f: 1}`. */
  private checkNoMessage(node: Expression): void {
    if (!this.sees(kinds.OpenBrace) || (node.kind !== 'Identifier' && node.kind !== 'Member')) return
    const span = { ...node.span, end: this.spanOf(this.LA(1)).end }
    this.refuse(lackedLiteral, span, { text: `${this.source.text.slice(node.span.start, node.span.end)}{…}`, type: 'message' })
  }

  /** Checks that `has` has one argument. */
  private checkHas(name: Name, given: readonly Expression[] | null): void {
    if (name.text !== 'has' || given === null || given.length === 1) return
    const span = given[1]?.span ?? this.spanOf(this.LA(0))
    this.refuse(unexpected, span, {
      expected: 'one field in `has(…)`',
      found: given.length === 0 ? 'none' : 'more',
      suggestion: null,
      hint: null,
    })
  }

  /** Checks the depth of chains of operators and members, which are read without recursion. */
  private checkDepth(expression: Expression): void {
    // Each level has at least one character.
    if (expression.span.end - expression.span.start <= DEPTH_LIMIT) return
    const pending = [{ node: expression, depth: 0 }]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, depth } = next
      if (depth > DEPTH_LIMIT) this.refuse(tooDeep, node.span, { limit: DEPTH_LIMIT })
      for (const child of childrenOf(node)) if (isExpression(child)) pending.push({ node: child, depth: depth + 1 })
    }
  }
}

const literals: ReadonlySet<TokenType> = new Set([kinds.True, kinds.False, kinds.Int, kinds.Double, kinds.Text])

/** The operators that bind tighter than `is`. */
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%'])

const lacked = new Map([
  [kinds.Null, 'null_type'],
  [kinds.Uint, 'uint'],
  [kinds.Bytes, 'bytes'],
])

function call(name: Name, given: readonly Expression[] | null, span: Expression['span']): Expression {
  if (given === null) return { kind: 'Identifier', name: name.text, span }
  const [target] = given
  if (name.text === 'has' && target !== undefined) return { kind: 'Has', target, span }
  return { kind: 'Call', receiver: null, name, arguments: given, span }
}
