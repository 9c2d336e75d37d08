/** The names that a project's files use, by kind of use. */
import type { Steps } from '../../steps.ts'
import type { File, Name, Placeholder, RequestParts, TestDeclaration } from '../../syntax/ast.ts'
import { type SyntaxNode, visit } from '../../syntax/children.ts'

/** `named`: any use within the name's own file. */
type Use = 'role' | 'identity' | 'label' | 'data' | 'def' | 'named'

export interface Uses {
  /** Returns whether any file uses a name as a declaration of this kind. */
  has(use: Exclude<Use, 'named'>, name: string): boolean
  /** Returns all names used in a file, except in imports and as names of declarations. */
  inFile(file: File): ReadonlySet<string>
}

/** Finds the uses in files; yields where it may pause. */
export function* findUses(files: readonly File[]): Steps<Uses> {
  const all = new Set<string>()
  for (const file of files) {
    for (const use of usesOf(file).byKind) all.add(use)
    yield
  }
  return { has: (use, name) => all.has(`${use} ${name}`), inFile: (file) => usesOf(file).names }
}

interface FileUses {
  readonly names: ReadonlySet<string>
  /** Kinds of use with their names: `role lead`. */
  readonly byKind: ReadonlySet<string>
}

/** Memoized, as most files are the same trees from one edit to the next. */
const known = new WeakMap<File, FileUses>()

function usesOf(file: File): FileUses {
  const before = known.get(file)
  if (before !== undefined) return before
  const [names, byKind] = [new Set<string>(), new Set<string>()]
  for (const declaration of file.declarations) {
    visit(declaration, (node) => {
      for (const [name, uses] of usesIn(node)) {
        names.add(name)
        for (const use of uses) byKind.add(`${use} ${name}`)
      }
    })
  }
  const found = { names, byKind }
  known.set(file, found)
  return found
}

function usesIn(node: SyntaxNode): (readonly [name: string, uses: readonly Use[]])[] {
  const each = (names: readonly { readonly text: string }[], ...uses: readonly Use[]) =>
    names.map(({ text }) => [text, uses] as const)
  switch (node.kind) {
    case 'NamedType':
    case 'GenericType':
      return each([node.name], 'named')
    case 'RoleDeclaration':
      return each(node.of, 'identity')
    case 'RuleDeclaration':
      return each(node.to ?? [], 'role', 'identity')
    case 'ServiceDeclaration':
    case 'RouteDeclaration':
    case 'OperationDeclaration':
      return each(node.labels, 'label')
    case 'LabelTarget':
      return each([node.label], 'label')
    case 'ServiceTarget':
    case 'RouteTarget':
      return each([node.service], 'named')
    case 'Identifier':
      return [[node.name, ['data']]]
    case 'Call':
      return node.receiver === null ? each([node.name], 'def') : []
    case 'Is':
      return each([node.name], 'role', 'identity')
    case 'TestDeclaration': {
      const { given, cases } = node
      const by = node.expect.by === null ? [] : namesOf(node.expect.by, node.cases)
      return each([...by, ...given.flatMap((name) => namesOf(name, cases)), ...namesOfRequest(node, cases)], 'named')
    }
    case 'FixtureDeclaration':
      return each(namesOfRequest(node, null), 'named')
    case 'Expectation': {
      return each([...(node.limit ?? []), ...(node.shadow ?? [])], 'named')
    }
    default:
      return []
  }
}

function namesOfRequest({ caller, data }: RequestParts, cases: TestDeclaration['cases']): readonly { readonly text: string }[] {
  const identities = caller === null || caller === 'anonymous' ? [] : namesOf(caller.identity, cases)
  return [...identities, ...data.map(({ name }) => name)]
}

/** Returns a name, or the names that the rows of a test put in its place. */
function namesOf(node: Name | Placeholder, cases: TestDeclaration['cases']): readonly { readonly text: string }[] {
  if (node.kind === 'Name') return [node]
  const values = (cases ?? []).flatMap(({ values }) =>
    values.members.filter(({ key }) => (key.kind === 'Name' ? key.text : key.value) === node.name),
  )
  return values.flatMap(({ value }) =>
    value.kind === 'JsonScalar' && typeof value.value === 'string' ? [{ text: value.value }] : [],
  )
}
