import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
  MarkupKind,
  type TextEdit,
} from 'vscode-languageserver-types'
import type { Cursor } from '../../language/index.ts'
import { hasInOrder } from '../text/has-in-order.ts'
import { rangeOf } from '../text/positions.ts'

/** Something that can be written at a cursor. */
export interface Candidate {
  readonly label: string
  readonly kind: CompletionItemKind
  /** Position among the candidates: the lower, the sooner. */
  readonly rank: number
  readonly detail?: string
  /** Markdown. */
  readonly doc?: string
  /** The text to insert; if absent, the label. */
  readonly insert?: string
  /** The text to insert with places to fill in, for clients that support them. */
  readonly snippet?: string
  /** Edits elsewhere in the file, such as an import. */
  readonly edits?: readonly TextEdit[]
}

/** Ranks of candidates: those that fit this place come before those that fit everywhere. */
export const RANK = { expected: 0, local: 1, root: 2, own: 3, method: 4, builtin: 5, keyword: 6, elsewhere: 8 } as const

/** Maximum candidates of an answer. With more, the client asks again when more letters are typed. */
const MOST = 500

/** Returns the answer of a completion: the candidates that have the typed letters in their order, each label once. */
export function listOf(
  cursor: Cursor,
  offset: number,
  candidates: Iterable<Candidate>,
  supportsSnippets: boolean,
): CompletionList {
  const { source, start } = cursor.replaced
  const typed = source.text.slice(start, offset).toLowerCase()
  const found = new Map<string, Candidate>()
  for (const one of candidates) {
    const before = found.get(one.label)
    if ((before === undefined || one.rank < before.rank) && hasInOrder(one.label.toLowerCase(), typed)) found.set(one.label, one)
  }
  const sorted = [...found.values()].sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1))
  const items = sorted.slice(0, MOST).map((one) => itemOf(one, cursor, supportsSnippets))
  return { isIncomplete: sorted.length > MOST, items }
}

function itemOf(candidate: Candidate, { replaced, quoted, quote }: Cursor, supportsSnippets: boolean): CompletionItem {
  const { label, kind, rank, detail, doc, insert = label, snippet, edits } = candidate
  const isSnippet = snippet !== undefined && supportsSnippets
  const closing = quoted === 'open' && kind !== CompletionItemKind.Folder ? quote : ''
  return {
    label,
    kind,
    sortText: `${rank}${label}`,
    textEdit: { range: rangeOf(replaced), newText: (isSnippet ? snippet : insert) + closing },
    ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(doc === undefined || doc === '' ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
    ...(edits === undefined ? {} : { additionalTextEdits: [...edits] }),
  }
}
