import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedLines } from './changed-lines.ts'
import { unifiedDiff } from './unified-diff.ts'

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}\n`).join('')

describe('a unified diff', () => {
  test('of equal texts is empty', () => {
    expect([unifiedDiff('a', '', ''), unifiedDiff('a', 'x\n', 'x\n')]).toEqual([[], []])
  })

  test('has three lines of context, and joins changes that share them', () => {
    const before = numbered(1, 30)
    const after = before.replace('\n5\n', '\nfive\n').replace('\n12\n', '\n').replace('\n25\n', '\n25\nnew\n')
    expect(unifiedDiff('n.iap', before, after)).toEqual([
      ...['--- a/n.iap', '+++ b/n.iap'],
      ...['@@ -2,14 +2,13 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8', ' 9', ' 10', ' 11', '-12', ' 13', ' 14', ' 15'],
      ...['@@ -23,6 +22,7 @@', ' 23', ' 24', ' 25', '+new', ' 26', ' 27', ' 28'],
    ])
  })

  test('names an empty range by the line before it', () => {
    expect(unifiedDiff('a', '', 'x\n')).toEqual(['--- a/a', '+++ b/a', '@@ -0,0 +1 @@', '+x'])
    expect(unifiedDiff('a', 'x\n', '')).toEqual(['--- a/a', '+++ b/a', '@@ -1 +0,0 @@', '-x'])
  })

  test('of many lines', () => {
    const diff = unifiedDiff('a', 'x\n', numbered(1, 200_000))
    expect([diff.length, diff[2], diff.at(-1)]).toEqual([200_004, '@@ -1 +1,200000 @@', '+200000'])
  })

  test('says where the last line has no end', () => {
    expect(unifiedDiff('a', 'x', 'x\n')).toEqual([
      '--- a/a',
      '+++ b/a',
      '@@ -1 +1 @@',
      '-x',
      '\\ No newline at end of file',
      '+x',
    ])
  })
})

const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })

test('changes turn one text into the other, apart by a common line, and are no more than needed', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changes = changedLines(before, after)
      const result = changes.reduceRight(
        (text, { start, end, newStart, newEnd }) => text.toSpliced(start, end - start, ...after.slice(newStart, newEnd)),
        before,
      )
      expect(result).toEqual(after)
      for (const [at, { start, newStart }] of changes.entries()) {
        const previous = changes[at - 1]
        if (previous !== undefined) expect([start > previous.end, newStart > previous.newEnd]).toEqual([true, true])
      }
      const edits = changes.reduce((sum, { start, end, newStart, newEnd }) => sum + end - start + newEnd - newStart, 0)
      expect(edits).toBe(before.length + after.length - 2 * commonLength(before, after))
    }),
    { numRuns: 500 },
  )
})

/** The length of a longest common subsequence, by its definition. */
function commonLength(
  [a, ...before]: readonly string[],
  [b, ...after]: readonly string[],
  known = new Map<string, number>(),
): number {
  if (a === undefined || b === undefined) return 0
  const key = `${before.length} ${after.length}`
  const found =
    known.get(key) ??
    (a === b
      ? 1 + commonLength(before, after, known)
      : Math.max(commonLength([a, ...before], after, known), commonLength(before, [b, ...after], known)))
  known.set(key, found)
  return found
}

test('texts with too many differences are one change', () => {
  const of = (word: string) => Array.from({ length: 2000 }, (_, at) => `${word} ${at}`)
  expect(changedLines(of('a'), of('b'))).toEqual([{ start: 0, end: 2000, newStart: 0, newEnd: 2000 }])
})

test.runIf(spawnSync('git', ['--version']).status === 0)('git applies it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-diff-'))
  try {
    const texts = fc.tuple(lines, fc.boolean()).map(([all, ends]) => all.join('\n') + (ends && all.length > 0 ? '\n' : ''))
    for (const [before, after] of fc.sample(fc.tuple(texts, texts), { seed: 3, numRuns: 25 })) {
      // Git treats an empty file as one that is created or removed.
      if (before === after || before === '' || after === '') continue
      const file = join(folder, 'a.iap')
      writeFileSync(file, before)
      const input = `${unifiedDiff('a.iap', before, after).join('\n')}\n`
      const { status, stderr } = spawnSync('git', ['apply', '-'], {
        cwd: folder,
        input,
        encoding: 'utf8',
      })
      expect([status, stderr, readFileSync(file, 'utf8')]).toEqual([0, '', after])
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
