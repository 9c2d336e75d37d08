import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../language/index.ts'
import { readPages } from './pages.ts'

/** The reference as a whole: what its index lists, and that what is shown by the suite is said somewhere. */
const root = new URL('../../spec/', import.meta.url)
const index = readFileSync(new URL('language/README.md', root), 'utf8')
const chapters = readPages('spec').filter(({ name }) => /^spec\/language\/[^/]+\.md$/.test(name))

/** In the order of reading, up to what is for tools. */
const [said = ''] = index.split('## For tools')
const read = [...said.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, name = '']) => name)

/** What a policy cannot show: what was refused before, and where conditions differ. */
const WITHOUT_POLICY = new Set(['canonical-request.md', 'deviations.md', 'failures.md', 'diagnostics.md'])

describe('the reference', () => {
  it('lists every page of it', () => {
    const files = readdirSync(new URL('language', root)).filter((name) => name.endsWith('.md') && name !== 'README.md')
    expect(files.filter((name) => !index.includes(`(${name})`))).toEqual([])
  })

  it.each(read.filter((name) => !WITHOUT_POLICY.has(name)))('%s shows a policy', (name) => {
    expect(chapters.find((chapter) => chapter.name.endsWith(`/${name}`))?.policies).not.toHaveLength(0)
  })

  it('names every code of a mistake where it says what is refused', () => {
    const text = chapters.map((chapter) => chapter.text).join('\n')
    expect(catalogue.map(({ code }) => code).filter((code) => !text.includes(code))).toEqual([])
  })

  it('gives a reason for everything in which conditions are not CEL', () => {
    const text = chapters.find(({ name }) => name.endsWith('/deviations.md'))?.text ?? ''
    const rows = [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    expect(rows.length).toBeGreaterThan(30)
    expect(rows.filter((cells) => cells.length !== 3 || cells.includes('')).map(([first]) => first)).toEqual([])
  })

  it('names every folder of the suite, and no other', () => {
    const folders = readdirSync(new URL('conformance', root), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const lines = chapters.flatMap(({ text }) => text.match(/^Suite: .*$/gm) ?? [])
    const named = new Set(lines.flatMap((line) => [...line.matchAll(/`([a-z-]+)`/g)].map(([, folder]) => folder)))
    expect([...named].sort()).toEqual(folders.map(({ name }) => name).sort())
  })
})
