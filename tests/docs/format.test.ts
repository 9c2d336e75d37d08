import { expect, test } from 'vitest'
import { format } from '../../language/index.ts'
import { readPages } from './pages.ts'

test('the chapter on the canonical form shows what `iap fmt` does', () => {
  const { files = {} } = readPages('spec').find(({ name }) => name === 'spec/language/format.md') ?? {}
  const formatted = (name: string) => format({ name, text: files[name] ?? '' }).text
  expect(formatted('unformatted.iap')).toBe(files['formatted.iap'])
  expect(formatted('formatted.iap')).toBe(files['formatted.iap'])
})
