import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import { type DocumentationTag, parseComment } from '../../scripts/prose/find-docstrings.ts'
import { parseSources, type SourceText } from '../../scripts/prose/parse-sources.ts'

/** A declaration that users of an entry see, or a member of one. */
export interface ExportedDeclaration {
  /** As exported, with the members' names: `Policy.decide`. */
  readonly name: string
  readonly kind: 'function' | 'method' | 'callback' | 'class' | 'constructor' | 'type' | 'value'
  /** Names of parameters; empty for what is not called. */
  readonly parameters: readonly string[]
  /** Whether a call returns a value, or a promise of one. */
  readonly returns: boolean
  readonly text: string
  readonly tags: readonly DocumentationTag[]
}

interface DeclarationFile {
  /** Declarations by local name, members included. */
  readonly declared: Map<string, readonly ExportedDeclaration[]>
  /** Imported and exported names, each with its file (`null`: this one) and its name there. */
  readonly names: Map<string, { readonly file: string | null; readonly name: string }>
}

/**
 * Reads all exports of an entry.
 *
 * @param folder of declarations, as `dist/types`
 * @param entry path in that folder, such as `sdk/verify/index.d.ts`
 */
export function readExportedDeclarations(folder: string, entry: string): readonly ExportedDeclaration[] {
  const sources = readReachable(folder, entry)
  const files = new Map<string, DeclarationFile>()
  parseSources(sources, (file, source) => files.set(source.path, readFile(file, source)))

  function resolve(path: string, name: string): readonly ExportedDeclaration[] {
    const file = files.get(path)
    const target = file?.names.get(name)
    if (target !== undefined && (target.file ?? path) + target.name !== path + name)
      return resolve(target.file ?? path, target.name)
    const found = file?.declared.get(name)
    if (found === undefined) throw new Error(`${path} does not declare ${name}`)
    return found
  }

  return [...(files.get(entry) as DeclarationFile).names.keys()].sort().flatMap((name) =>
    resolve(entry, name).map((declaration) => ({
      ...declaration,
      name: [name, ...declaration.name.split('.').slice(1)].join('.'),
    })),
  )
}

const SPECIFIER = /from '(\.[^']*)\.js'/g

function readReachable(folder: string, entry: string): readonly SourceText[] {
  const texts = new Map<string, string>()
  for (const pending = [entry]; pending.length > 0; ) {
    const path = pending.pop() as string
    if (texts.has(path)) continue
    const text = readFileSync(join(folder, path), 'utf8')
    texts.set(path, text)
    for (const [, specifier] of text.matchAll(SPECIFIER)) pending.push(targetOf(path, specifier as string))
  }
  return [...texts].map(([path, text]) => ({ path, text }))
}

function targetOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), `${specifier}.d.ts`)
}

function readFile(file: Node, { path, text }: SourceText): DeclarationFile {
  const declared = new Map<string, readonly ExportedDeclaration[]>()
  const names: DeclarationFile['names'] = new Map()
  file.forEachChild((node) => {
    if (node.kind === SyntaxKind.ImportDeclaration || node.kind === SyntaxKind.ExportDeclaration) {
      const statement = text.slice(node.getStart(), node.end)
      const specifier = /from '(\.[^']*)\.js'/.exec(statement)?.[1]
      for (const [, first, second] of statement.matchAll(/[{,]\s*(?:type\s+)?(\w+)(?:\s+as\s+(\w+))?(?=[\s,}])/g)) {
        // An import that is exported under its own name stays one.
        if (specifier === undefined && second === undefined && names.has(first as string)) continue
        const file = specifier === undefined ? null : targetOf(path, specifier)
        names.set(second ?? (first as string), { file, name: first as string })
      }
      return
    }
    const { name } = node as { readonly name?: Node }
    if (name === undefined) return
    declared.set(name.getText(), declarationsIn(node, name.getText(), text))
  })
  return { declared, names }
}

const TYPES = [SyntaxKind.InterfaceDeclaration, SyntaxKind.TypeAliasDeclaration]

function declarationsIn(node: Node, name: string, text: string): readonly ExportedDeclaration[] {
  const found: ExportedDeclaration[] = []
  const add = (node: Node, name: string, kind: ExportedDeclaration['kind'], signature: Node | null) => {
    const comment = node.jsDoc?.at(-1)
    const content = comment === undefined ? { text: '', tags: [] } : parseComment(text.slice(comment.getStart(), comment.end))
    const { parameters, type } = (signature ?? {}) as { readonly parameters?: readonly Node[]; readonly type?: Node }
    const returned = type?.getText() ?? 'void'
    found.push({
      ...{ name, kind, ...content },
      parameters: [...(parameters ?? [])].map((parameter) => (parameter as Node & { readonly name: Node }).name.getText()),
      returns: signature !== null && returned !== 'void' && returned !== 'Promise<void>',
    })
  }
  const addMembers = (node: Node, owner: string): void => {
    node.forEachChild((child) => {
      const { name, type } = child as { readonly name?: Node; readonly type?: Node }
      const path = `${owner}.${name?.getText()}`
      switch (child.kind) {
        case SyntaxKind.MethodSignature:
        case SyntaxKind.MethodDeclaration:
          return add(child, path, 'method', child)
        case SyntaxKind.Constructor:
          return add(child, `${owner}.constructor`, 'constructor', child)
        case SyntaxKind.PropertySignature:
        case SyntaxKind.PropertyDeclaration:
          if (type?.kind === SyntaxKind.FunctionType) return add(child, path, 'callback', type)
          return add(child, path, 'value', null)
        default:
          return addMembers(child, owner)
      }
    })
  }
  if (node.kind === SyntaxKind.FunctionDeclaration) add(node, name, 'function', node)
  else {
    const { type } = node as { readonly type?: Node }
    const isFunction = type?.kind === SyntaxKind.FunctionType
    const kind = node.kind === SyntaxKind.ClassDeclaration ? 'class' : TYPES.includes(node.kind) ? 'type' : 'value'
    add(node, name, isFunction ? 'callback' : kind, isFunction ? type : null)
    if (!isFunction) addMembers(node, name)
  }
  return found
}
