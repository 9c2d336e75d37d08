/** The thirty questions of `docs/search-questions.json`, asked of the search index that the built site has. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pageAddress, pagePath } from '../../site/source/index.ts'
import { hasSite, loadSearchIndex } from './built-site.ts'

interface Question {
  readonly question: string
  /** Any of these pages answers it. */
  readonly pages: readonly string[]
}

const QUESTIONS: readonly Question[] = JSON.parse(readFileSync('docs/search-questions.json', 'utf8'))

test('there are thirty questions, each with a page that answers it', () => {
  expect(QUESTIONS).toHaveLength(30)
  const missing = QUESTIONS.filter(({ pages }) => !pages.some((page) => existsSync(page))).map(({ question }) => question)
  expect(missing).toEqual([])
})

test.skipIf(!hasSite)('for all but three of them a page is among the first three hits', async () => {
  const index = await loadSearchIndex()
  const missed = QUESTIONS.flatMap(({ question, pages }) => {
    const expected = pages.map((page) => `/${pageAddress(pagePath(page) ?? page)}`)
    const hits = index.search(question).map(({ id }) => id)
    const place = hits.findIndex((id) => expected.includes(id.split('#')[0] ?? ''))
    return place >= 0 && place < 3 ? [] : [`${question}: ${place + 1}, after ${hits.slice(0, 3).join(' ')}`]
  })
  if (process.env.IAP_FULL === '1')
    console.log(`${QUESTIONS.length - missed.length} of ${QUESTIONS.length} questions\n${missed.join('\n')}`)
  expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(3)
})
