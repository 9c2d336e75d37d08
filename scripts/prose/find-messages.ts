import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { parseSources, type SourceText } from './parse-sources.ts'

/** A text that a program shows to its users. */
export interface Message {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** Message and help on a line each. The alternatives of a condition are separated by ` | `; `…` stands for a computed part. */
  readonly text: string
}

/** Returns the one-line and long help of commands and options: `summary`, `help` and `more` in the sources of the command line. */
export function findHelpTexts(sources: readonly SourceText[]): readonly Message[] {
  return findMessages(sources, (node) => {
    if (node.kind !== SyntaxKind.PropertyAssignment) return []
    const { name, initializer } = node as Property
    return ['summary', 'help', 'more'].includes(name.getText()) ? [[initializer]] : []
  })
}

/**
 * Returns error messages, each with its help: `message` and `help` of diagnostics and results, arguments of errors and of
 * `problem(…)`, and the tables of refusals. Notes, which are messages at another position (`span`) of an error, are left out.
 */
export function findErrorMessages(sources: readonly SourceText[]): readonly Message[] {
  return findMessages(sources, (node, path) => {
    switch (node.kind) {
      case SyntaxKind.ObjectLiteralExpression: {
        const members = [...(node as Node & { readonly properties: readonly Partial<Property>[] }).properties]
        const called = (name: string) => members.filter((member) => member.name?.getText() === name)
        const isNote = called('span').length > 0
        const shown = [...called('message'), ...called('help')].flatMap(({ initializer }) => initializer ?? [])
        return isNote || called('message').length === 0 ? [] : [shown]
      }
      case SyntaxKind.NewExpression:
      case SyntaxKind.CallExpression: {
        const call = node as Node & { readonly expression: Node; readonly arguments?: readonly Node[] }
        const callee = call.expression.getText()
        const isError = node.kind === SyntaxKind.NewExpression ? ERROR_CLASS.test(callee) : /(^|\.)problem$/.test(callee)
        // A list is the path of a configuration key, which is shown before the message.
        const texts = [...(call.arguments ?? [])].filter(({ kind }) => kind !== SyntaxKind.ArrayLiteralExpression)
        return isError && !(callee === 'Error' && ASSERTIONS.test(path)) ? [texts] : []
      }
      case SyntaxKind.VariableDeclaration: {
        const { name, initializer } = node as Partial<Property>
        return name?.getText() === 'refusals' && initializer !== undefined
          ? tableEntries(initializer).map((entry) => [entry])
          : []
      }
      default:
        return []
    }
  })
}

type Property = Node & { readonly name: Node; readonly initializer: Node }

const ERROR_CLASS = /(Error|Problem|Refused|Refusal|Violation|Foreign)$/

/** Packages in which a plain `Error` is a failed assertion, which the command line shows as a bug of ours to report. */
const ASSERTIONS = /^(language|compiler|analysis|interpreter)\//

function findMessages(
  sources: readonly SourceText[],
  select: (node: Node, path: string) => readonly (readonly Node[])[],
): readonly Message[] {
  const found: Message[] = []
  parseSources(sources, (file, { path, text }) => {
    const visit = (node: Node) => {
      for (const selected of select(node, path)) {
        const parts = selected.map((part) => textsIn(part).join(' | ').trim())
        // A single word is a code or a name; a text without words is another message, such as `…: …`.
        const shown = parts.filter((part) => part.includes(' ') && /[a-z]{3}/i.test(part))
        const line = text.slice(0, selected[0]?.getStart()).split('\n').length
        if (shown.length > 0) found.push({ path, line, text: shown.join('\n') })
      }
      node.forEachChild(visit)
    }
    file.forEachChild(visit)
  })
  return found
}

/** Returns the values of an object literal, unwrapped of `as const` and `satisfies`. */
function tableEntries(node: Node): readonly Node[] {
  const found: Node[] = []
  const visit = (child: Node) => {
    if (child.kind === SyntaxKind.PropertyAssignment) found.push((child as Node & { readonly initializer: Node }).initializer)
    else child.forEachChild(visit)
  }
  node.forEachChild(visit)
  return found
}

/** Returns the texts that an expression may be, those of a condition apart; nothing of the calls in it. */
function textsIn(node: Node): readonly string[] {
  switch (node.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateExpression:
      return [literalText(node)]
    case SyntaxKind.BinaryExpression: {
      const { left, right } = node as Node & { readonly left: Node; readonly right: Node }
      const [before, after] = [textsIn(left), textsIn(right)]
      if (before.length === 0 || after.length === 0) return [...before, ...after]
      return before.flatMap((first) => after.map((second) => first + second))
    }
    case SyntaxKind.ConditionalExpression: {
      const { whenTrue, whenFalse } = node as Node & { readonly whenTrue: Node; readonly whenFalse: Node }
      return [...textsIn(whenTrue), ...textsIn(whenFalse)]
    }
    case SyntaxKind.ArrowFunction:
      return textsIn((node as Node & { readonly body: Node }).body)
    case SyntaxKind.ParenthesizedExpression:
      return textsIn((node as Node & { readonly expression: Node }).expression)
    case SyntaxKind.ArrayLiteralExpression:
      return [...(node as Node & { readonly elements: readonly Node[] }).elements].flatMap(textsIn)
    default:
      return []
  }
}

function literalText(node: Node): string {
  const source = node.getText()
  const inner = source.slice(1, -1).replaceAll(/\\\n/g, '')
  if (node.kind !== SyntaxKind.TemplateExpression) return unescaped(inner)
  const { head, templateSpans } = node as Node & {
    readonly head: { readonly text: string }
    readonly templateSpans: readonly { readonly literal: { readonly text: string } }[]
  }
  return [head.text, ...[...templateSpans].map(({ literal }) => literal.text)].join('…')
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}
