import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { parseSources, type SourceText } from './parse-sources.ts'

/** The documentation comment of one declaration. */
export interface Docstring {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** Of a member: `Policy.decide`. */
  readonly name: string
  /** `function`, `class`, `interface`, `type`, `const`, `method`, `property` … */
  readonly kind: string
  /** Whether other files can import the declaration, or the one whose member it is. */
  readonly isExported: boolean
  /** The description, without comment marks and tags. */
  readonly text: string
  /** In source order. */
  readonly tags: readonly DocumentationTag[]
}

/** A block tag of a docstring. */
export interface DocumentationTag {
  /** Without the `@`. */
  readonly name: string
  readonly text: string
}

const KINDS = new Map<SyntaxKind, string>([
  [SyntaxKind.FunctionDeclaration, 'function'],
  [SyntaxKind.ClassDeclaration, 'class'],
  [SyntaxKind.InterfaceDeclaration, 'interface'],
  [SyntaxKind.TypeAliasDeclaration, 'type'],
  [SyntaxKind.EnumDeclaration, 'enum'],
  [SyntaxKind.VariableStatement, 'const'],
])

const MEMBERS = new Map<SyntaxKind, string>([
  [SyntaxKind.Constructor, 'constructor'],
  [SyntaxKind.MethodDeclaration, 'method'],
  [SyntaxKind.MethodSignature, 'method'],
  [SyntaxKind.PropertyDeclaration, 'property'],
  [SyntaxKind.PropertySignature, 'property'],
  [SyntaxKind.PropertyAssignment, 'property'],
  [SyntaxKind.GetAccessor, 'property'],
  [SyntaxKind.SetAccessor, 'property'],
  [SyntaxKind.EnumMember, 'property'],
  [SyntaxKind.CallSignature, 'signature'],
])

/** Returns the docstrings of all top-level declarations and their public members, sorted by file and position. */
export function findDocstrings(sources: readonly SourceText[]): readonly Docstring[] {
  const found: Docstring[] = []
  parseSources(sources, (file, { path, text }) => {
    const exported = new Set<string>()
    file.forEachChild((node) => {
      if (node.kind !== SyntaxKind.ExportDeclaration) return
      for (const [, name] of text.slice(node.pos, node.end).matchAll(/[{,]\s*(?:type\s+)?(\w+)(?=[\s,}])/g))
        exported.add(name as string)
    })

    const add = (node: Node, name: string, kind: string, isExported: boolean) => {
      // Only the last comment before a declaration documents it.
      const comment = node.jsDoc?.at(-1)
      if (comment === undefined) return
      // Line comments before it are part of the node.
      const start = text.indexOf('/**', comment.pos)
      const content = parseComment(text.slice(start, comment.end))
      const line = text.slice(0, start).split('\n').length
      if (content.text !== '' || content.tags.length > 0) found.push({ path, line, name, kind, isExported, ...content })
    }

    const visitMembers = (node: Node, owner: string, isExported: boolean) => {
      node.forEachChild((child) => {
        const kind = MEMBERS.get(child.kind)
        if (kind === undefined) {
          // Statements of a function's body document nothing that others use.
          if (child.kind !== SyntaxKind.Block && child.kind !== SyntaxKind.ArrowFunction) visitMembers(child, owner, isExported)
          return
        }
        const name = kind === 'constructor' ? 'constructor' : nameOf(child, text)
        const isHidden = hasModifier(child, SyntaxKind.PrivateKeyword) || name.startsWith('#')
        const path = name === '' ? owner : `${owner}.${name}`
        if (!isHidden) add(child, path, kind, isExported)
        visitMembers(child, path, isExported && !isHidden)
      })
    }

    file.forEachChild((node) => {
      const kind = KINDS.get(node.kind)
      if (kind === undefined) return
      const name = nameOf(node, text)
      const isExported = hasModifier(node, SyntaxKind.ExportKeyword) || exported.has(name)
      add(node, name, kind, isExported)
      if (kind !== 'function') visitMembers(node, name, isExported)
    })
  })
  return found
}

/** Returns the description and the tags of a comment, marks included. */
export function parseComment(comment: string): Pick<Docstring, 'text' | 'tags'> {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
  // A tag may also follow the description on its line; one in backticks or an e-mail address is none.
  const whole = lines.join('\n').trim()
  const isExample = /^@example\b/m
  const parts = whole.split(/(?<=^|[.!?]\s|\n)@(?=[a-z]+\b)/)
  const tags: { name: string; text: string }[] = []
  for (const part of parts.slice(1)) {
    const last = tags.at(-1)
    // Decorators in the code of an example.
    if (last?.name === 'example' && unclosedFence(last.text)) last.text += `@${part}`
    else tags.push({ name: /^\w+/.exec(part)?.[0] ?? '', text: part.replace(/^\w+\s?/, '') })
  }
  return {
    text: isExample.test(parts[0] ?? '') ? '' : (parts[0] ?? '').trim(),
    tags: tags.map(({ name, text }) => ({ name, text: text.trim() })),
  }
}

function unclosedFence(text: string): boolean {
  return (text.match(/^```/gm)?.length ?? 0) % 2 === 1
}

function hasModifier(node: Node, kind: SyntaxKind): boolean {
  const { modifiers } = node as { readonly modifiers?: Iterable<Node> }
  return modifiers !== undefined && [...modifiers].some((modifier) => modifier.kind === kind)
}

function nameOf(node: Node, text: string): string {
  if (node.kind === SyntaxKind.VariableStatement) {
    // After the comments, which are part of the node.
    const code = text.slice(node.getStart(), node.end)
    return /\b(?:const|let|var)\s+([\w$]+)/.exec(code)?.[1] ?? ''
  }
  const { name } = node as { readonly name?: Node }
  return name === undefined ? '' : text.slice(name.getStart(), name.end)
}
