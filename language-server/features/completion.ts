import type { CompletionList } from 'vscode-languageserver-types'
import { readCursor } from '../../language/index.ts'
import { type Candidate, listOf } from '../completion/candidate.ts'
import type { Completing } from '../completion/completing.ts'
import { keysAt } from '../completion/json.ts'
import { keywordsAt } from '../completion/keywords.ts'
import { namesAt } from '../completion/names.ts'
import { placeCursor } from '../completion/placed-cursor.ts'
import { quotedAt } from '../completion/texts.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** Returns the candidates for an offset, those that fit best first; none in a comment or a number. */
export function completionAt(policy: PolicyFile, offset: number, supportsSnippets: boolean): CompletionList {
  const cursor = readCursor(policy.file, offset)
  if (cursor === null) return { isIncomplete: false, items: [] }
  const typed = policy.source.text.slice(cursor.replaced.start, offset)
  const inExpression = cursor.expected.some(({ productions }) => productions.includes('operand'))
  const placed = inExpression ? placeCursor(policy, cursor) : null
  return listOf(cursor, offset, candidatesAt({ policy, cursor, typed, placed }), supportsSnippets)
}

function* candidatesAt(completing: Completing): Iterable<Candidate> {
  const { cursor } = completing
  if (cursor.quoted !== null) return yield* quotedAt(completing)
  for (const expected of cursor.expected) {
    if (expected.kind === 'name') yield* namesAt(completing, expected)
    if (expected.kind === 'key') yield* keysAt(completing)
  }
  yield* keywordsAt(completing)
}
