import { CompletionItemKind } from 'vscode-languageserver-types'
import { type ExpectedToken, relativePath } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import { type Completing, isIn, wordBefore } from './completing.ts'
import { membersAt } from './members.ts'
import { allNamesOf, firstOf, namesOf } from './named.ts'
import { operationsAt, routesAt } from './routes.ts'
import { METHODS, valuesAt } from './values.ts'

/** Returns the names that can stand at the cursor, if a name is expected there. */
export function* namesAt(completing: Completing, expected: ExpectedToken): Iterable<Candidate> {
  const { cursor } = completing
  const isPartOf = (...productions: readonly string[]) => isIn(expected, ...productions)
  if (wordBefore(cursor) === '@') yield* words(ANNOTATIONS, CompletionItemKind.Keyword)
  else if (isPartOf('import')) yield* exportsAt(completing)
  else if (isPartOf('operand'))
    yield* expected.productions.at(-2) === 'reference' ? operandsAt(completing) : membersAt(completing)
  else if (isPartOf('ofService'))
    yield* wordBefore(cursor) === '.' ? routesAt(completing) : namesOf(completing, 'ServiceDeclaration')
  else if (isPartOf('target', 'labels')) yield* namesOf(completing, 'LabelDeclaration')
  else if (isPartOf('to')) yield* callersAt(completing, CALLERS)
  else if (isPartOf('named')) yield* typesAt(completing)
  else if (isPartOf('method')) yield* words(isPartOf('service') ? ['ANY', ...METHODS] : METHODS, CompletionItemKind.Constant)
  else if (isPartOf('identified')) yield* namesOf(completing, 'IdentityDeclaration')
  else if (isPartOf('testData')) yield* namesOf(completing, 'DataDeclaration')
  else if (isPartOf('given')) yield* namesOf(completing, 'FixtureDeclaration')
  else if (isPartOf('reason', 'obligation')) yield* rulesAt(completing, isPartOf('reason') ? REASONS : ['none'])
  else if (isPartOf('operation')) yield* isPartOf('names') ? namesOf(completing, 'LabelDeclaration') : operationsAt(completing)
  else if (isPartOf('identity') && isPartOf('names')) yield* words(IDENTITY_METHODS, CompletionItemKind.EnumMember)
  else if (isPartOf('role') && isPartOf('names')) yield* namesOf(completing, 'IdentityDeclaration')
}

const ANNOTATIONS = ['was', 'deprecated']
const IDENTITY_METHODS = ['oidc', 'jwt', 'oauth2', 'saml', 'mtls', 'api_key', 'custom']
const CALLERS = ['anyone', 'authenticated', 'anonymous']
const REASONS = ['default', 'no-route', 'data']

function* words(list: readonly string[], kind: CompletionItemKind): Iterable<Candidate> {
  for (const label of list) yield { label, kind, rank: RANK.expected }
}

function* callersAt(completing: Completing, others: readonly string[]): Iterable<Candidate> {
  yield* namesOf(completing, 'RoleDeclaration', 'IdentityDeclaration')
  for (const label of others) yield { label, kind: CompletionItemKind.Keyword, rank: RANK.method }
}

/** After `is` stands who the caller is; elsewhere a value. */
function operandsAt(completing: Completing): Iterable<Candidate> {
  const isCaller = wordBefore(completing.cursor) === 'is'
  return isCaller ? callersAt(completing, ['authenticated', 'anonymous']) : valuesAt(completing)
}

const TYPES = ['bool', 'int', 'double', 'string', 'timestamp', 'duration', 'ip', 'cidr', 'hierarchy']
const GENERICS: readonly (readonly [string, string])[] = [
  ['list', 'list<$0>'],
  ['set', 'set<$0>'],
  ['map', 'map<string, $0>'],
]

function* typesAt(completing: Completing): Iterable<Candidate> {
  yield* namesOf(completing, 'TypeDeclaration')
  const kind = CompletionItemKind.TypeParameter
  for (const label of TYPES) yield { label, kind, rank: RANK.builtin }
  for (const [label, snippet] of GENERICS) yield { label, kind, rank: RANK.builtin, insert: `${label}<`, snippet }
}

/** Tests name rules of all files without an import. */
function* rulesAt(completing: Completing, others: readonly string[]): Iterable<Candidate> {
  yield* allNamesOf(completing, 'RuleDeclaration')
  for (const label of others) yield { label, kind: CompletionItemKind.Keyword, rank: RANK.method }
}

/** The names of the imported file, or of all others while it is not known. */
function* exportsAt({ policy, cursor, typed }: Completing): Iterable<Candidate> {
  const { project, file } = policy
  const from = cursor.after.find(({ kind }) => kind === 'text')?.text.slice(1, -1)
  // An import that is being written is not in the tree.
  const target = project.checked.entries.find((name) => relativePath(file.span.source.name, name) === from)
  const written = new Set([...cursor.before, ...cursor.after].map(({ text }) => text))
  yield* firstOf(
    project.facts.declarations,
    typed,
    ({ span, name }) =>
      !written.has(name.text) &&
      (target === undefined ? span.source.name !== file.span.source.name : target === span.source.name),
  )
}
