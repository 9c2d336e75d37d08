import { displayed } from '../../language/diagnostics/display.ts'
import type { Source } from '../../language/index.ts'
import { count, type Style } from '../style.ts'
import { unifiedDiff } from './unified-diff.ts'

/** The maximum number of lines of all differences together. */
const MOST_LINES = 500
/** The maximum length of a shown line, in UTF-16 units. */
const MOST_LENGTH = 1000

interface ChangedText {
  /** The text before the change. */
  readonly source: Source
  readonly text: string
}

/**
 * Formats changes of files as unified diffs, at most 500 lines of them, each cut after 1000 characters. Characters that
 * would change the terminal are shown as U+FFFD.
 */
export function showDiffs(changes: readonly ChangedText[], style: Style): string {
  const lines: string[] = []
  for (const [at, { source, text }] of changes.entries()) {
    if (lines.length >= MOST_LINES) {
      lines.push(`… and ${count(changes.length - at, 'more file')}: ${changes.slice(at).map(nameOf).join(', ')}`)
      break
    }
    const diff = unifiedDiff(source.name, source.text, text)
    const room = MOST_LINES - lines.length
    lines.push(...diff.slice(0, room).map((line) => painted(line, style)))
    if (diff.length > room)
      lines.push(`… ${count(diff.length - room, 'more line')} of the difference of ${nameOf({ source, text })}`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function nameOf({ source }: ChangedText): string {
  return displayed(source.name)
}

function shortened(line: string): string {
  return line.length <= MOST_LENGTH ? line : `${line.slice(0, MOST_LENGTH)}… ${line.length - MOST_LENGTH} more characters`
}

function painted(line: string, style: Style): string {
  // A tab that becomes spaces is a difference.
  const shown = shortened(line).split('\t').map(displayed).join('\t')
  if (line.startsWith('@@')) return style.cyan(shown)
  if (line.startsWith('-')) return style.red(shown)
  return line.startsWith('+') ? style.green(shown) : shown
}
