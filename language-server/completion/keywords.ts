import { CompletionItemKind } from 'vscode-languageserver-types'
import type { ExpectedToken } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import { type Completing, wordBefore } from './completing.ts'
import { DECLARATION_SNIPPETS, PART_SNIPPETS } from './snippets.ts'

/** Clauses that a rule, an invariant or a test has at most once. */
const ONCE: ReadonlySet<string> = new Set([
  ...['on', 'except', 'to', 'limit', 'because', 'permitted', 'denied', 'allow', 'expect', 'given', 'cases', 'mtls', 'only'],
])

/** Requirements are no conditions but of a forbid's `unless` and of invariants; `require` has its own place. */
const REQUIREMENTS: ReadonlySet<string> = new Set(['mfa', 'acr', 'auth'])

/** Returns the keywords that can stand at the cursor, without the clauses that are written already. */
export function* keywordsAt(completing: Completing): Iterable<Candidate> {
  const { cursor } = completing
  const written = new Set([...cursor.before, ...cursor.after].filter(({ begins }) => begins).map(({ text }) => text))
  for (const expected of cursor.expected) {
    if (expected.kind === 'operator') yield* operators()
    if (expected.kind !== 'keyword' || isRefused(completing, expected, written)) continue
    const { word } = expected
    const snippet = (cursor.beginsDeclaration ? DECLARATION_SNIPPETS : PART_SNIPPETS)[word]
    yield {
      ...{ label: word, kind: CompletionItemKind.Keyword, rank: RANK.keyword },
      ...(snippet === undefined ? {} : { insert: `${word} `, snippet }),
    }
  }
}

function isRefused({ placed, cursor }: Completing, { word, productions }: ExpectedToken, written: ReadonlySet<string>): boolean {
  if (ONCE.has(word) && written.has(word)) return true
  // `no-route` is one name.
  if (word === 'no' || word === 'null') return !productions.includes('jsonScalar')
  const before = wordBefore(cursor)
  if (!productions.includes('operand')) return false
  if (before === 'is') return true
  if (!REQUIREMENTS.has(word)) return false
  const kind = placed?.declaration.kind
  return before !== 'unless' && kind !== 'InvariantDeclaration' && kind !== 'PropertyDeclaration'
}

function* operators(): Iterable<Candidate> {
  for (const label of ['is', 'in']) yield { label, kind: CompletionItemKind.Operator, rank: RANK.keyword, insert: `${label} ` }
}
