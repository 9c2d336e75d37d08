/** The differences between a snapshot and the decisions of today, as text. */
import { escapeControls } from '../../runtime/index.ts'
import { count, type Style } from '../style.ts'
import type { SnapshotDifference } from './snapshot.ts'

/** The number of differences that are listed. */
const SHOWN = 20

export function showSnapshot(differences: readonly SnapshotDifference[], decisions: number, style: Style): string {
  const lines = differences.slice(0, SHOWN).flatMap((one) => [...differenceLines(one, style), ''])
  if (differences.length > SHOWN) lines.push(`and ${differences.length - SHOWN} more`, '')
  const lacking = differences.filter(({ after }) => after === null).length
  const added = differences.filter(({ before }) => before === null).length
  const changed = differences.length - lacking - added
  const same = decisions - changed - added
  const mark = differences.length > 0 ? style.red('✗') : style.green('✓')
  lines.push(
    `${mark} ${count(decisions, 'decision')}: ${same} as in the snapshot, ${changed} changed, ${added} added, ${lacking} missing`,
  )
  return `${lines.join('\n')}\n`
}

function differenceLines({ record, request, before, after }: SnapshotDifference, style: Style): readonly string[] {
  const kind = before === null ? 'added' : after === null ? 'missing' : 'changed'
  return [
    `${style.red(kind)}  ${style.bold(escapeControls(request))}  ${style.dim(escapeControls(record))}`,
    ...(before === null ? [] : [`  snapshot  ${escapeControls(before)}`]),
    ...(after === null ? [] : [`  now       ${escapeControls(after)}`]),
  ]
}
