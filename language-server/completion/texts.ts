import { CompletionItemKind } from 'vscode-languageserver-types'
import { type Cursor, isExpression, relativePath } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import { type Completing, isIn, wordBefore } from './completing.ts'
import { jsonTextsAt } from './json.ts'
import { urlsAt } from './routes.ts'
import { textsAt } from './values.ts'

/** Returns what can stand in the quoted text at the cursor: files, literals of a type, names of headers, URLs. */
export function* quotedAt(completing: Completing): Iterable<Candidate> {
  const { cursor, placed } = completing
  const expected = cursor.expected.find(({ kind }) => kind === 'text')
  if (expected === undefined) return
  const before = wordBefore(cursor)
  if (isIn(expected, 'operand')) {
    for (const label of placed === null ? [] : textsAt(placed)) yield valueCandidate(label, cursor)
    if (isHeaderIndex(completing)) yield* headersAt(completing)
  } else if (isIn(expected, 'import')) yield* policiesAt(completing)
  else if (before === 'openapi' || before === 'schema') yield* filesAt(completing, DOCUMENTS)
  else if (isIn(expected, 'jsonFile')) yield* filesAt(completing, ['.json'])
  else if (isIn(expected, 'headers', 'header')) yield* headersAt(completing)
  else if (isIn(expected, 'jsonMember')) for (const label of jsonTextsAt(completing)) yield valueCandidate(label, cursor)
  else if (isIn(expected, 'request')) yield* urlsAt(completing)
}

function valueCandidate(label: string, { quote }: Cursor): Candidate {
  const escaped = JSON.stringify(label).slice(1, -1)
  const insert = quote.startsWith("'") ? escaped.replaceAll("'", "\\'") : escaped
  return { label, kind: CompletionItemKind.EnumMember, rank: RANK.expected, insert }
}

/** `request.headers["▮"]` */
function isHeaderIndex({ placed }: Completing): boolean {
  const parent = placed?.path.filter(isExpression).at(-2)
  if (parent?.kind !== 'Index' && parent?.kind !== 'OptionalIndex') return false
  return parent.object.kind === 'Member' && parent.object.field.text === 'headers'
}

/** The names of headers that rules of the project read and set. */
function* headersAt({ policy }: Completing): Iterable<Candidate> {
  const names = new Set<string>()
  for (const { reads, headers } of policy.project.facts.model.rules) {
    for (const name of reads.headers) names.add(name)
    for (const { name } of headers) names.add(name)
  }
  for (const label of names) yield { label, kind: CompletionItemKind.Field, rank: RANK.expected }
}

/** The other policies of the project, as paths from this file. */
function* policiesAt({ policy }: Completing): Iterable<Candidate> {
  const own = policy.source.name
  for (const name of policy.project.checked.entries)
    if (name !== own) yield { label: relativePath(own, name), kind: CompletionItemKind.File, rank: RANK.expected }
}

const DOCUMENTS = ['.json', '.yaml', '.yml']

/** The documents and folders in the folder that is written so far. */
function* filesAt({ policy, typed }: Completing, endings: readonly string[]): Iterable<Candidate> {
  const written = typed.slice(0, typed.lastIndexOf('/') + 1) || './'
  for (const { name, kind } of policy.project.entriesFrom(policy.source.name, written)) {
    if (kind === 'folder') yield { label: `${written}${name}/`, kind: CompletionItemKind.Folder, rank: RANK.local }
    else if (endings.some((ending) => name.endsWith(ending)))
      yield { label: `${written}${name}`, kind: CompletionItemKind.File, rank: RANK.expected }
  }
}
