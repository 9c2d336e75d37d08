import { changedLines, type LineChange } from './changed-lines.ts'

/** The number of unchanged lines shown before and after a change. */
const CONTEXT = 3
const NO_NEWLINE = '\\ No newline at end of file'

/**
 * Returns the lines of a unified diff of two versions of a file, as `git diff` writes it.
 *
 * @example
 * unifiedDiff('a.iap', 'label   a\n', 'label a\n') // ['--- a/a.iap', '+++ b/a.iap', '@@ -1 +1 @@', '-label   a', '+label a']
 */
export function unifiedDiff(name: string, before: string, after: string): readonly string[] {
  const [old, young] = [linesOf(before), linesOf(after)]
  const groups: LineChange[][] = []
  for (const change of changedLines(old, young)) {
    const group = groups.at(-1)
    if (group !== undefined && change.start - (group.at(-1) as LineChange).end <= 2 * CONTEXT) group.push(change)
    else groups.push([change])
  }
  const hunks = groups.flatMap((group) => hunkOf(group, old, young))
  return hunks.length === 0 ? [] : [`--- a/${name}`, `+++ b/${name}`, ...hunks]
}

/** Returns the offsets of the first line of `before` that changes; those of its last line if lines are only added behind it. */
export function firstChange(before: string, after: string): { readonly start: number; readonly end: number } {
  const old = linesOf(before)
  const [first] = changedLines(old, linesOf(after))
  const line = Math.max(0, Math.min(first?.start ?? 0, old.length - 1))
  const start = old.slice(0, line).reduce((sum, { length }) => sum + length, 0)
  return { start, end: start + (old[line] ?? '').trimEnd().length }
}

/** Returns the lines with their ends, so that a missing last line break is a difference. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function hunkOf(changes: readonly LineChange[], old: readonly string[], young: readonly string[]): readonly string[] {
  const [first, last] = [changes[0] as LineChange, changes.at(-1) as LineChange]
  const start = Math.max(0, first.start - CONTEXT)
  const end = Math.min(old.length, last.end + CONTEXT)
  const newStart = first.newStart - (first.start - start)
  const newEnd = last.newEnd + (end - last.end)
  const lines = changes.flatMap((change, index) => [
    ...marked(' ', old.slice(changes[index - 1]?.end ?? start, change.start)),
    ...marked('-', old.slice(change.start, change.end)),
    ...marked('+', young.slice(change.newStart, change.newEnd)),
  ])
  return [`@@ -${range(start, end)} +${range(newStart, newEnd)} @@`, ...lines, ...marked(' ', old.slice(last.end, end))]
}

/** An empty range is named by the line before it. */
function range(start: number, end: number): string {
  const length = end - start
  return length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => (line.endsWith('\n') ? [`${mark}${line.slice(0, -1)}`] : [`${mark}${line}`, NO_NEWLINE]))
}
