import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as kinds from '../language/syntax/tokens.ts'

it('the syntax file of Vim has every keyword of the language', () => {
  const text = readFileSync(new URL('./vim/syntax/iap.vim', import.meta.url), 'utf8')
  const words = new Set(text.match(/\w+/g))
  const keywords = [...kinds.contextualWords.keys(), ...kinds.reservedWords.keys()]
  expect(keywords.filter((word) => !words.has(word))).toEqual([])
})
