import { describe, expect, test } from 'vitest'
import { checkWords } from './check-words.ts'

const use = (word: string, file = 'docs/page.md', line = 1) => ({ word, file, line })
const holdsSamples = (file: string) => file.endsWith('.test.ts')

describe('checkWords', () => {
  test('accepts a project word everywhere, in any letter case and as a possessive', () => {
    const uses = [use('spiffe'), use('Spiffe', 'a.test.ts'), use("SPIFFE's"), use('SPIFFE’s')]
    expect(checkWords(uses, { project: ['SPIFFE'], sample: [] }, holdsSamples)).toEqual({
      rejected: [],
      counts: {},
      tidied: { project: ['SPIFFE'], sample: [] },
    })
  })

  test('accepts a sample word in files that hold samples, and nowhere else', () => {
    const uses = [use('adress', 'a.test.ts'), use('adress', 'README.md', 7)]
    const { rejected, counts, tidied } = checkWords(uses, { project: [], sample: ['adress'] }, holdsSamples)
    expect(rejected).toEqual([use('adress', 'README.md', 7)])
    expect(counts).toEqual({ adress: 1 })
    expect(tidied.sample).toEqual(['adress'])
  })

  test('counts the uses of a rejected word', () => {
    const uses = [use('adress'), use('Acount'), use('acount')]
    expect(checkWords(uses, { project: [], sample: [] }, holdsSamples).counts).toEqual({ adress: 1, acount: 2 })
  })

  test('drops words that nothing uses, and words that are in both lists, from the tidied lists', () => {
    const lists = { project: ['jwks', 'Aho', 'unused'], sample: ['jwks', 'zzz'] }
    const uses = [use('zzz', 'a.test.ts'), use('jwks', 'a.test.ts'), use('aho')]
    expect(checkWords(uses, lists, holdsSamples).tidied).toEqual({ project: ['Aho', 'jwks'], sample: ['zzz'] })
  })

  test('keeps each word once', () => {
    expect(checkWords([use('ocsf')], { project: ['ocsf', 'OCSF'], sample: [] }, holdsSamples).tidied.project).toHaveLength(1)
  })
})
