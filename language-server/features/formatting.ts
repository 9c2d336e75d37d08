import type { TextEdit } from 'vscode-languageserver-types'
import { format } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** Returns one edit of the lines that change; none for a text with syntax errors, which is left as it is. */
export function formattingOf({ source }: PolicyFile): TextEdit[] {
  const { text } = format(source)
  if (text === null || text === source.text) return []
  const [start, end] = changedBetween(source.text, text)
  const range = rangeOf({ source, start, end: source.text.length - end })
  return [{ range, newText: text.slice(start, text.length - end) }]
}

/** Returns how many characters are the same at the beginning and at the end, in whole lines. */
function changedBetween(before: string, after: string): readonly [start: number, end: number] {
  const most = Math.min(before.length, after.length)
  let start = 0
  for (let at = 0; at < most && before[at] === after[at]; at += 1) if (before[at] === '\n') start = at + 1
  let end = 0
  for (let at = 0; at < most - start && before.at(-1 - at) === after.at(-1 - at); at += 1)
    if (before.at(-1 - at) === '\n') end = at
  return [start, end]
}
