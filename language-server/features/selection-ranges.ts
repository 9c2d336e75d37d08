import type { Position, SelectionRange } from 'vscode-languageserver-types'
import type { Span } from '../../language/index.ts'
import { nodesAt } from '../text/nodes-at.ts'
import { offsetOf, rangeOf } from '../text/positions.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** Returns for each position the nodes that contain it, each within its parent. */
export function selectionRangesAt({ file, source }: PolicyFile, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    let selection: SelectionRange | undefined
    let before: Span | undefined
    for (const { span } of nodesAt(file, offsetOf(source, position))) {
      if (span.start === before?.start && span.end === before.end) continue
      selection = { range: rangeOf(span), ...(selection === undefined ? {} : { parent: selection }) }
      before = span
    }
    return selection ?? { range: { start: position, end: position } }
  })
}
