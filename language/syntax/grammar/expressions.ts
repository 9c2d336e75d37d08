/**
 * Chapter: expressions. Conditions in CEL's syntax, with `is` and requirements, and the parts of CEL that the language rejects.
 * `macros.ts` turns calls of macros into comprehensions, `group-operations.ts` groups operands by precedence.
 *
 * Implements `conditions.md`, `operators.md`, `optionals.md`, `comprehensions.md`, `deviations.md` of `spec/language/`.
 */
import type { IToken, TokenType } from 'chevrotain'
import { lackedLiteral, tooDeep, unexpected } from '../../diagnostics/catalogue/syntax.ts'
import { spanning } from '../../source.ts'
import type { Expression, MapLiteral, Name } from '../ast.ts'
import { childrenOf, isExpression } from '../children.ts'
import { type CoveredOperand, groupOperations, type OperationStep } from '../group-operations.ts'
import * as kinds from '../tokens.ts'
import { comprehensionOf } from './macros.ts'
import { DEPTH_LIMIT, type RecoveringParser } from './recovery/recovering-parser.ts'
import type { RequirementProductions } from './requirements.ts'
import { kept, plainName, readDouble, readInt, readText, type WordProductions } from './words.ts'

type Entries = MapLiteral['entries']

export type ExpressionProductions = ReturnType<typeof defineExpressionProductions>

export function defineExpressionProductions(
  parser: RecoveringParser,
  words: WordProductions,
  requirements: RequirementProductions,
) {
  const expressions = {
    /** Condition = Expression      (that nests no deeper than it may, whatever makes it deep) */
    condition: parser.RULE('condition', (): Expression => {
      const start = parser.index()
      const expression = parser.SUBRULE(expressions.expression)
      parser.ACTION(() => {
        // An expression is never deeper than it has tokens.
        if (parser.index() - start > DEPTH_LIMIT) checkDepth(parser, expression)
      })
      return expression
    }),

    /**
     * Expression = Operand { BinaryOperator Operand } [ "?" Expression ":" Expression ]
     *
     * The operands are grouped by precedence afterwards. After `is` stands a name. Between `?` and `:` stands no other `?`
     * without parentheses, as in CEL. An expression goes through this production and `operand` alone, as nesting costs stack.
     */
    expression: parser.RULE('expression', (): Expression => {
      const start = parser.mark()
      parser.deeper()
      const first = parser.SUBRULE(expressions.operand)
      const steps: OperationStep[] = []
      parser.MANY(() => {
        const operator = parser.CONSUME(kinds.BinaryOperator)
        const operand = parser.SUBRULE2(expressions.operand)
        parser.ACTION(() => steps.push(step(parser, operator, operand, steps.at(-1))))
      })
      let result = parser.ACTION(() => groupOperations(first, steps))
      parser.OPTION(() => {
        const question = parser.CONSUME(kinds.Question)
        const thenStart = parser.mark()
        const then = parser.SUBRULE(expressions.expression)
        parser.ACTION(() => {
          if (then.kind === 'Conditional' && then.span.start === thenStart) refuseBareConditional(parser, question)
        })
        parser.CONSUME(kinds.Colon)
        const otherwise = parser.SUBRULE2(expressions.expression)
        result = { kind: 'Conditional', test: result, then, otherwise, span: parser.since(start) }
      })
      parser.shallower()
      return result
    }),

    /**
     * Operand = { "!" | "-" } ( Literal | Reference | "(" Expression ")" | List | Map | Requirement )
     *           { "." [ "?" ] Name [ Arguments ] | "[" [ "?" ] Expression "]" }      (no arguments after `.?`)
     */
    operand: parser.RULE('operand', (): CoveredOperand => {
      const signs: IToken[] = []
      parser.MANY(() =>
        signs.push(parser.OR([{ ALT: () => parser.CONSUME(kinds.Bang) }, { ALT: () => parser.CONSUME(kinds.Minus) }])),
      )
      const start = parser.mark()
      parser.ACTION(() => checkLacked(parser))
      let node =
        plainOperand(parser) ??
        parser.OR2<Expression>({
          ERR_MSG: 'an expression',
          DEF: [
            { ALT: () => parser.SUBRULE(expressions.literal) },
            { ALT: () => parser.SUBRULE(expressions.reference) },
            {
              ALT: () => {
                parser.CONSUME(kinds.OpenParen)
                const inner = parser.SUBRULE(expressions.expression)
                parser.CONSUME(kinds.CloseParen)
                return inner
              },
            },
            { ALT: () => parser.SUBRULE(expressions.list) },
            { ALT: () => parser.SUBRULE(expressions.map) },
            { ALT: () => parser.SUBRULE(requirements.requirement) },
          ],
        })
      parser.MANY2(() => {
        let optional = false
        node = parser.OR3<Expression>([
          {
            ALT: () => {
              parser.CONSUME(kinds.Dot)
              parser.OPTION(() => {
                parser.CONSUME(kinds.Question)
                optional = true
              })
              const field = plainName(parser) ?? parser.SUBRULE(words.name)
              let given: readonly Expression[] | null = null
              parser.OPTION2({
                GATE: () => !optional,
                DEF: () => {
                  given = parser.SUBRULE(expressions.arguments)
                },
              })
              return parser.ACTION(() => member(parser, node, optional, field, given, start))
            },
          },
          {
            ALT: () => {
              parser.CONSUME(kinds.OpenBracket)
              parser.OPTION3(() => {
                parser.CONSUME2(kinds.Question)
                optional = true
              })
              const index = parser.SUBRULE2(expressions.expression)
              parser.CONSUME(kinds.CloseBracket)
              return { kind: optional ? 'OptionalIndex' : 'Index', object: node, index, span: parser.since(start) }
            },
          },
        ])
      })
      parser.ACTION(() => checkNoMessage(parser, node))
      return parser.ACTION(() => signed(signs, { node, span: parser.since(start) }))
    }),

    /** Literal = "true" | "false" | Int | Double | Text */
    literal: parser.RULE('literal', (): Expression => {
      const token = parser.OR([
        { ALT: () => parser.CONSUME(kinds.True) },
        { ALT: () => parser.CONSUME(kinds.False) },
        { ALT: () => parser.CONSUME(kinds.Int) },
        { ALT: () => parser.CONSUME(kinds.Double) },
        { ALT: () => parser.CONSUME(kinds.Text) },
      ])
      return parser.ACTION(() => literalOf(parser, token))
    }),

    /** Reference = Name [ Arguments ]      (`has(x.f)` is a `Has`) */
    reference: parser.RULE('reference', (): Expression => {
      const start = parser.mark()
      const name = plainName(parser) ?? parser.SUBRULE(words.name)
      let given: readonly Expression[] | null = null
      parser.OPTION(() => {
        given = parser.SUBRULE(expressions.arguments)
      })
      return parser.ACTION(() => {
        checkHas(parser, name, given)
        return call(name, given, parser.since(start))
      })
    }),

    /** Arguments = "(" [ Expression { "," Expression } ] ")" */
    arguments: parser.RULE('arguments', (): readonly Expression[] => {
      const given: Expression[] = []
      parser.CONSUME(kinds.OpenParen)
      parser.ACTION(() => checkLacked(parser))
      parser.MANY_SEP({ SEP: kinds.Comma, DEF: () => given.push(parser.SUBRULE(expressions.expression)) })
      parser.CONSUME(kinds.CloseParen, { ERR_MSG: '`,` or `)`' })
      return kept(given)
    }),

    /** List = "[" [ Expression { "," Expression } [ "," ] ] "]" */
    list: parser.RULE('list', (): Expression => {
      const start = parser.mark()
      const elements: Expression[] = []
      parser.CONSUME(kinds.OpenBracket)
      parser.ACTION(() => checkLacked(parser))
      parser.OPTION(() => {
        elements.push(parser.SUBRULE(expressions.expression))
        parser.MANY({
          GATE: () => parser.LA(2).tokenType !== kinds.CloseBracket,
          DEF: () => {
            parser.CONSUME(kinds.Comma)
            elements.push(parser.SUBRULE2(expressions.expression))
          },
        })
        parser.OPTION2(() => parser.CONSUME2(kinds.Comma))
        parser.ACTION(() => checkLacked(parser))
      })
      parser.CONSUME(kinds.CloseBracket, { ERR_MSG: '`,` or `]`' })
      return { kind: 'ListLiteral', elements: kept(elements), span: parser.since(start) }
    }),

    /** Map = "{" [ MapEntry { "," MapEntry } [ "," ] ] "}" */
    map: parser.RULE('map', (): MapLiteral => {
      const start = parser.mark()
      const entries: Entries[number][] = []
      parser.CONSUME(kinds.OpenBrace)
      parser.ACTION(() => checkLacked(parser))
      parser.OPTION(() => {
        entries.push(parser.SUBRULE(expressions.mapEntry))
        parser.MANY({
          GATE: () => parser.LA(2).tokenType !== kinds.CloseBrace,
          DEF: () => {
            parser.CONSUME(kinds.Comma)
            entries.push(parser.SUBRULE2(expressions.mapEntry))
          },
        })
        parser.OPTION2(() => parser.CONSUME2(kinds.Comma))
        parser.ACTION(() => checkLacked(parser))
      })
      parser.CONSUME(kinds.CloseBrace, { ERR_MSG: '`,` or `}`' })
      return { kind: 'MapLiteral', entries: kept(entries), span: parser.since(start) }
    }),

    /** MapEntry = Expression ":" Expression */
    mapEntry: parser.RULE('mapEntry', (): Entries[number] => {
      const key = parser.SUBRULE(expressions.expression)
      parser.CONSUME(kinds.Colon)
      return { key, value: parser.SUBRULE2(expressions.expression) }
    }),
  }
  return expressions
}

/** Returns the literal of a token. */
function literalOf(parser: RecoveringParser, token: IToken): Expression {
  const span = parser.spanOf(token)
  const { tokenType } = token
  if (tokenType === kinds.Int) return { kind: 'IntLiteral', value: readInt(parser, token), span }
  if (tokenType === kinds.Double) return { kind: 'DoubleLiteral', value: readDouble(parser, token), span }
  if (tokenType === kinds.True || tokenType === kinds.False) return { kind: 'BoolLiteral', value: tokenType === kinds.True, span }
  return { kind: 'StringLiteral', value: readText(parser, token), span }
}

/** Reads a name or a literal without its productions, as most operands are one; null if something else comes next. */
function plainOperand(parser: RecoveringParser): Expression | null {
  if (parser.RECORDING_PHASE) return null
  const token = parser.LA(1)
  if (literals.has(token.tokenType)) {
    parser.SKIP_TOKEN()
    return literalOf(parser, token)
  }
  const name = parser.LA(2).tokenType === kinds.OpenParen ? null : plainName(parser)
  return name === null ? null : call(name, null, name.span)
}

/** Applies the signs before an operand, innermost first; `-` before a number is part of it. */
function signed(signs: readonly IToken[], operand: CoveredOperand): CoveredOperand {
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

/** Returns `object.field`, a call of a method, or the comprehension that a macro means. */
function member(
  parser: RecoveringParser,
  object: Expression,
  optional: boolean,
  field: Name,
  given: readonly Expression[] | null,
  start: number,
): Expression {
  const span = parser.since(start)
  if (optional) return { kind: 'OptionalMember', object, field, span }
  if (given === null) return { kind: 'Member', object, field, span }
  const comprehension = comprehensionOf(object, field, given, span, ({ expected, found, span }) =>
    parser.refuse(unexpected, span, { expected, found, suggestion: null, hint: null }),
  )
  return comprehension ?? { kind: 'Call', receiver: object, name: field, arguments: given, span }
}

/** Returns an operator with its operand; after `is` it must be a name. */
function step(
  parser: RecoveringParser,
  { image: operator }: IToken,
  operand: CoveredOperand,
  before: OperationStep | undefined,
): OperationStep {
  const { node, span } = operand
  const isArithmetic = ARITHMETIC.has(operator)
  if (operator !== 'is' && !(isArithmetic && before?.operator === 'is')) return { operator, operand }
  if (!isArithmetic && node.kind === 'Identifier' && span.start === node.span.start)
    return { operator: 'is', name: { kind: 'Name', text: node.name, span } }
  // `caller is a + b` would mean `caller is (a + b)`.
  const whole = before !== undefined && 'name' in before ? spanning(before.name.span, span) : span
  const hint = node.kind === 'StringLiteral' ? 'compare values with `==`; `is` tests who the caller is' : null
  return parser.refuse(unexpected, whole, { expected: 'a name after `is`', found: 'an expression', suggestion: null, hint })
}

/** Rejects a conditional between `?` and `:` that has no parentheses. */
function refuseBareConditional(parser: RecoveringParser, question: IToken): never {
  const params = {
    expected: 'parentheses round a conditional within a conditional',
    found: 'none',
    suggestion: null,
    hint: null,
  }
  return parser.refuse(unexpected, parser.spanOf(question), params)
}

/** Rejects literals of CEL that the language lacks. */
function checkLacked(parser: RecoveringParser): void {
  const token = parser.LA(1)
  const type = lacked.get(token.tokenType)
  if (type !== undefined) parser.refuse(lackedLiteral, parser.spanOf(token), { text: token.image, type })
}

/** Rejects CEL's `T{f: 1}`. */
function checkNoMessage(parser: RecoveringParser, node: Expression): void {
  if (!parser.sees(kinds.OpenBrace) || (node.kind !== 'Identifier' && node.kind !== 'Member')) return
  const span = { ...node.span, end: parser.spanOf(parser.LA(1)).end }
  parser.refuse(lackedLiteral, span, { text: `${parser.source.text.slice(node.span.start, node.span.end)}{…}`, type: 'message' })
}

/** Checks that `has` has one argument. */
function checkHas(parser: RecoveringParser, name: Name, given: readonly Expression[] | null): void {
  if (name.text !== 'has' || given === null || given.length === 1) return
  const span = given[1]?.span ?? parser.spanOf(parser.LA(0))
  parser.refuse(unexpected, span, {
    expected: 'one field in `has(…)`',
    found: given.length === 0 ? 'none' : 'more',
    suggestion: null,
    hint: null,
  })
}

/** Checks the depth of chains of operators and members, which are read without recursion. */
function checkDepth(parser: RecoveringParser, expression: Expression): void {
  // Each level has at least one character.
  if (expression.span.end - expression.span.start <= DEPTH_LIMIT) return
  const pending = [{ node: expression, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next
    if (depth > DEPTH_LIMIT) parser.refuse(tooDeep, node.span, { limit: DEPTH_LIMIT })
    for (const child of childrenOf(node)) if (isExpression(child)) pending.push({ node: child, depth: depth + 1 })
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
