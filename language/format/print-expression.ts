/** Prints conditions, with only the necessary parentheses. */
import type { Expression, Name } from '../syntax/ast.ts'
import type { Cursor } from './cursor.ts'
import { align, concat, type Document, either, group, indent, join, line, sequence, softLine, space } from './document.ts'
import { printRequirement } from './print-words.ts'

/** Precedence, lowest first. */
const binding = { conditional: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, sign: 6, postfix: 7 } as const

const sums: ReadonlySet<string> = new Set(['+', '-'])
const products: ReadonlySet<string> = new Set(['*', '/', '%'])

function bindingOf(node: Expression): number {
  switch (node.kind) {
    case 'Conditional':
      return binding.conditional
    case 'Chain':
      return node.operator === '||' ? binding.or : binding.and
    case 'Is':
      return binding.relation
    case 'Binary':
      return sums.has(node.operator) ? binding.sum : products.has(node.operator) ? binding.product : binding.relation
    case 'Not':
    case 'Negate':
      return binding.sign
    case 'IntLiteral':
    case 'DoubleLiteral':
      return node.value < 0 ? binding.sign : binding.postfix
    default:
      return binding.postfix
  }
}

/**
 * Prints an expression.
 *
 * @param least the precedence below which the node is parenthesized
 */
export function printExpression(cursor: Cursor, node: Expression, least: number = binding.conditional): Document {
  if (cursor.keptParenthesis() >= node.span.end) return printKept(cursor, () => printExpression(cursor, node))
  if (bindingOf(node) >= least) return printBare(cursor, node)
  return concat(cursor.open(node.span.end), align(printExpression(cursor, node)), cursor.emit(')'))
}

/** Prints the digits of a negative number, which may be parenthesized after the sign. */
function printLiteral(cursor: Cursor): Document {
  return cursor.keptParenthesis() < 0 ? cursor.literal() : printKept(cursor, () => printLiteral(cursor))
}

/** Prints the variable of a comprehension, which may be parenthesized as any argument. */
function printVariable(cursor: Cursor, variable: Name): Document {
  if (cursor.keptParenthesis() < 0) return cursor.emit(variable.text)
  return printKept(cursor, () => printVariable(cursor, variable))
}

/** Prints parentheses that must be kept, with what they contain. */
function printKept(cursor: Cursor, print: () => Document): Document {
  const opening = cursor.openKept()
  const inside = print()
  const { comments, text } = cursor.close(')')
  return concat(opening, indent(concat(inside, comments)), softLine, text)
}

function printBare(cursor: Cursor, node: Expression): Document {
  const print = (child: Expression, least?: number) => printExpression(cursor, child, least)
  switch (node.kind) {
    case 'BoolLiteral':
      return cursor.emit(String(node.value))
    case 'IntLiteral':
    case 'DoubleLiteral':
      return node.value < 0 ? concat(cursor.emit('-'), printLiteral(cursor)) : cursor.literal()
    case 'StringLiteral':
      return cursor.literal()
    case 'Identifier':
      return cursor.emit(node.name)
    case 'ListLiteral':
      return bracketed(cursor, '[', node.elements, (element) => print(element), ']')
    case 'MapLiteral':
      return bracketed(
        cursor,
        '{',
        node.entries,
        ({ key, value }) => concat(print(key), cursor.emit(':'), space, print(value)),
        '}',
      )
    case 'Member':
      return concat(print(node.object, binding.postfix), indent(concat(cursor.emit('.'), cursor.emit(node.field.text))))
    case 'OptionalMember':
      return concat(print(node.object, binding.postfix), indent(concat(cursor.emit('.?'), cursor.emit(node.field.text))))
    case 'Index':
      return concat(print(node.object, binding.postfix), indent(concat(cursor.emit('['), print(node.index), cursor.emit(']'))))
    case 'OptionalIndex':
      return concat(print(node.object, binding.postfix), indent(concat(cursor.emit('[?'), print(node.index), cursor.emit(']'))))
    case 'Call': {
      const receiver = node.receiver === null ? '' : concat(print(node.receiver, binding.postfix), indent(cursor.emit('.')))
      return concat(receiver, cursor.emit(node.name.text), printArguments(cursor, node.arguments))
    }
    case 'Comprehension': {
      const range = print(node.range, binding.postfix)
      const macro = concat(indent(cursor.emit('.')), cursor.emit(node.macro), cursor.emit('('))
      const parts = [node.filter, node.body].filter((part) => part !== null)
      const variable = printVariable(cursor, node.variable)
      const rest = parts.map((part) => concat(cursor.comma(), line, print(part)))
      const close = cursor.close(')')
      return concat(
        range,
        macro,
        group(concat(indent(concat(softLine, variable, ...rest, close.comments)), softLine, close.text)),
      )
    }
    case 'Requirement':
      return printRequirement(cursor, node)
    case 'Has':
      return concat(cursor.emit('has'), printArguments(cursor, [node.target]))
    case 'Is': {
      const operand = print(node.operand, binding.relation)
      return group(concat(operand, indent(concat(line, cursor.operator('is'), space, cursor.emit(node.name.text)))))
    }
    case 'Not':
      return concat(cursor.emit('!'), print(node.operand, binding.sign))
    case 'Negate':
      return concat(cursor.emit('-'), print(node.operand, binding.sign))
    case 'Chain':
      return printChain(cursor, node.operator, node.operands)
    case 'Binary': {
      const level = bindingOf(node)
      const left = print(node.left, level)
      return group(concat(left, indent(concat(line, cursor.operator(node.operator), space, print(node.right, level + 1)))))
    }
    case 'Conditional': {
      const test = print(node.test, binding.or)
      const then = concat(line, cursor.operator('?'), space, align(print(node.then, binding.or)))
      const otherwise = concat(line, cursor.operator(':'), space, align(print(node.otherwise)))
      return group(concat(test, indent(concat(then, otherwise))))
    }
  }
}

/** Parentheses that must be kept may contain several operands of a chain: `(a && b) && c` is one chain of three. */
function printChain(cursor: Cursor, operator: '&&' | '||', operands: readonly Expression[]): Document {
  const parts: Document[] = []
  for (let at = 0; at < operands.length; ) {
    const lead = at === 0 ? '' : concat(line, cursor.operator(operator), space)
    const kept = cursor.keptParenthesis()
    const inside = operands.slice(at).filter(({ span }) => span.end <= kept)
    const least = operator === '||' ? binding.and : binding.relation
    const part =
      inside.length > 1
        ? printKept(cursor, () => printChain(cursor, operator, inside))
        : printExpression(cursor, operands[at] as Expression, least)
    parts.push(concat(lead, at === 0 ? part : align(part)))
    at += Math.max(1, inside.length)
  }
  return group(sequence(parts))
}

function printArguments(cursor: Cursor, args: readonly Expression[]): Document {
  return bracketed(cursor, '(', args, (argument) => printExpression(cursor, argument), ')')
}

/** Prints a bracketed list on one line, or one element per line with a trailing comma if the grammar allows it. */
export function bracketed<T>(
  cursor: Cursor,
  open: '(' | '[' | '{',
  items: readonly T[],
  print: (item: T) => Document,
  close: ')' | ']' | '}',
  padding: Document = softLine,
): Document {
  return betweenBrackets(readBracketed(cursor, open, items, print, close), padding)
}

/** The parts of a bracketed list. */
export interface Bracketed {
  readonly before: Document
  readonly opening: Document
  /** Elements, each but the last with its comma. */
  readonly parts: readonly Document[]
  /** The trailing comma, which is printed if the list is broken into several lines. */
  readonly last: Document
  readonly closing: { readonly comments: Document; readonly text: Document }
}

export function readBracketed<T>(
  cursor: Cursor,
  open: '(' | '[' | '{',
  items: readonly T[],
  print: (item: T) => Document,
  close: ')' | ']' | '}',
): Bracketed {
  const before = cursor.before(open)
  const opening = cursor.emit(open)
  const parts = items.map((item, at) => concat(print(item), at < items.length - 1 ? cursor.comma() : ''))
  if (open !== '(') cursor.dropComma()
  const closing = cursor.close(close)
  const last = open === '(' || items.length === 0 ? '' : either({ broken: ',', flat: '' })
  return { before, opening, parts, last, closing }
}

export function betweenBrackets({ before, opening, parts, last, closing }: Bracketed, padding: Document): Document {
  const edge = parts.length === 0 ? softLine : padding
  return concat(
    before,
    group(concat(opening, indent(concat(edge, join(line, parts), last, closing.comments)), edge, closing.text)),
  )
}
