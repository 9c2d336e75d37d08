import { expect, test } from 'vitest'
import { parse } from '../parse.ts'
import { valid } from './testing/mangle.ts'

test('the text itself is whole', () => {
  expect(parse({ name: 'a.iap', text: valid }).diagnostics).toEqual([])
})

const STEP = process.env.IAP_FULL === '1' ? 3 : 17

test('one piece put in anywhere is one mistake, nearly always', () => {
  const counts = new Map<number, number>()
  let cases = 0
  for (let at = 0; at < valid.length; at += STEP) {
    for (const piece of [' § ', ' ) ', ' 1 ', ' && ']) {
      const { diagnostics } = parse({ name: 'a.iap', text: valid.slice(0, at) + piece + valid.slice(at) })
      counts.set(diagnostics.length, (counts.get(diagnostics.length) ?? 0) + 1)
      cases += 1
    }
  }
  const none = counts.get(0) ?? 0
  const one = counts.get(1) ?? 0
  // None: within comments and texts. More than one: where the piece parts a text or a word in two.
  expect((none + one) / cases).toBeGreaterThan(0.97)
})
