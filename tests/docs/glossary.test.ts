/** The glossary: in order, each term defined once with a link to its page, each keyword and each term of the field. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { contextualWords, reservedWords } from '../../language/syntax/tokens.ts'

const page = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| (?:`([^`]+)`|\*\*([^*]+)\*\*) \| (.*) \|$/gm)].map(([, word, term, meaning = '']) => ({
  term: word ?? term ?? '',
  meaning,
}))

/** Terms of the field that messages and pages use without an explanation. */
const TERMS = [
  ...['fleet', 'generation', 'linger', 'ejection', 'panic threshold', 'sealing', 'obligation', 'challenge', 'lift'],
  ...['absorption', 'narrowing', 'residual', 'witness', 'invariant', 'permit', 'forbid', 'shadow', 'canary', 'quarantine'],
]

it('has a row for each line of its tables', () => {
  expect(rows).toHaveLength(page.split('\n').filter((line) => /^\| (?!term \||---)/.test(line)).length)
})

it('is alphabetical, has each term once, and each letter as a heading', () => {
  const terms = rows.map(({ term }) => term.toLowerCase())
  expect(terms).toEqual([...new Set(terms)].toSorted((a, b) => (a < b ? -1 : 1)))
  const letters = [...page.matchAll(/^## (.)$/gm)].map(([, letter]) => letter)
  expect(letters).toEqual([...new Set(terms.map((term) => term.charAt(0).toUpperCase()))])
})

it('has each keyword of the grammar', () => {
  const terms = new Set(rows.map(({ term }) => term))
  expect([...reservedWords.keys(), ...contextualWords.keys()].filter((word) => !terms.has(word))).toEqual([])
})

it('has each term of the field', () => {
  const terms = new Set(rows.map(({ term }) => term))
  expect(TERMS.filter((term) => !terms.has(term))).toEqual([])
})

it.each(rows)('defines $term in at most three sentences, with a link', ({ meaning }) => {
  expect(meaning).toMatch(/^[A-Z`].*\]\([^)]+\.md(?:#[\w-]+)?\)$/)
  const sentences = meaning.replace(/(?: ?\[[^\]]*\]\([^)]*\),?)+$/, '').split(/(?<=\.) /)
  expect(sentences.length).toBeLessThanOrEqual(3)
})
