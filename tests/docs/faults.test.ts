/** `docs/reference/faults.md` names for each fault the tests that bring it about, by file and by name. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/reference/faults.md', root), 'utf8')

const HEAD = '| fault | shown by | callers | log and status | record |'
const rows = page
  .split(HEAD)
  .slice(1)
  .flatMap((table) => {
    const lines = table.trim().split('\n')
    const end = lines.indexOf('')
    return lines.slice(1, end === -1 ? undefined : end)
  })
  .map((line) => line.slice(2, -2).split(' | '))

/** `` `tests/x.test.ts`: its name; `tests/y.test.ts`: … `` */
const shownBy = (cell: string) =>
  cell.split(/; (?=`[\w./-]+\.test\.ts`: )/).map((one) => /^`([\w./-]+\.test\.ts)`: (.+)$/.exec(one)?.slice(1) ?? ['', one])

describe('each fault', () => {
  test.each(rows.map(([fault = '', ...cells]) => [fault, cells] as const))('%s', (_, cells) => {
    expect(cells.length).toBe(4)
    for (const cell of cells) expect(cell.trim()).not.toBe('')
    for (const [file = '', name = ''] of shownBy(cells[0] ?? '')) {
      expect(existsSync(new URL(file, root)), file).toBe(true)
      const text = readFileSync(new URL(file, root), 'utf8')
      // As a title, or as a title's part in a table of cases.
      expect(
        [`'${name}`, `\`${name}`, `"${name}`].some((title) => text.includes(title)),
        `${file} has no test \`${name}\``,
      ).toBe(true)
    }
  })

  test('has a row, once; and those that must be there are', () => {
    const faults = rows.map(([fault = '']) => fault)
    expect(new Set(faults).size).toBe(faults.length)
    const must = [
      'cannot be reached at a start',
      'download',
      'registry answers 500',
      'key',
      'replayed',
      'disk',
      'OTLP',
      'Redis of',
    ]
    const also = ['do not fit are pushed', 'SIGKILL during an activation', 'SIGTERM under load']
    for (const one of [...must, ...also])
      expect(
        faults.some((fault) => fault.includes(one)),
        one,
      ).toBe(true)
  })
})
