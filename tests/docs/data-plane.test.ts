/** `docs/reference/data-plane.md` names tests that are there, one or more for each feature. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/reference/data-plane.md', root), 'utf8')
const files = (text: string) => [...text.matchAll(/`(tests\/[^`]+\.ts)`/g)].map(([, file = '']) => file)

const HEAD = '| feature | where | shown by | what is seen |'
const rows = page
  .split(HEAD)
  .slice(1)
  .flatMap((table) => {
    const lines = table.trim().split('\n')
    return lines.slice(1, lines.indexOf(''))
  })
  .map((line) => {
    const [feature = '', where = '', shownBy = '', seen = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
    return { feature, where, shownBy, seen }
  })

describe('the features of the data plane', () => {
  test.each(rows)('$feature', ({ where, shownBy, seen }) => {
    expect(where).toMatch(/^\[.+\]\(.+\)$/)
    expect(files(shownBy).length).toBeGreaterThan(0)
    expect(seen).not.toBe('')
  })

  test('have rows, each once', () => {
    expect(rows.length).toBeGreaterThan(40)
    expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length)
  })

  test('are shown by tests that are there', () => {
    const missing = [...new Set(files(page))].filter((file) => !existsSync(new URL(file, root)))
    expect(missing).toEqual([])
  })
})
