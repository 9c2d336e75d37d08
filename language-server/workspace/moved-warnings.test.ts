import { expect, it } from 'vitest'
import type { Diagnostic } from '../../language/index.ts'
import { movedWarnings } from './moved-warnings.ts'

const warning = (text: string, place: string): Diagnostic => {
  const start = text.indexOf(place)
  const span = { source: { name: 'a.iap', text }, start, end: start + place.length }
  return { code: 'IAP5018', severity: 'warning', message: '', help: '', span, related: [{ message: '', span }], fixes: [] }
}

const placesAfter = (found: readonly Diagnostic[]) =>
  found.map(({ span, related }) =>
    [span, ...related.map((one) => one.span)].map(({ source, start, end }) => source.text.slice(start, end)),
  )

it.each([
  ['label one label two', 'two', 'label one, three label two', true],
  ['label one label two', 'one', 'label one label twos', true],
  ['label one label two', 'one', 'label on label two', false],
  ['label one label two', 'one', 'label xone label two', true],
  ['label one', 'one', '', false],
  ['aaa', 'a', 'aaaa', true],
])('%j: %s in %j', (text, place, now, stays) => {
  const found = movedWarnings([warning(text, place)], [{ name: 'a.iap', text: now }])
  expect(placesAfter(found)).toEqual(stays ? [[place, place]] : [])
})

it('is the same object if nothing has moved', () => {
  const one = warning('label one', 'one')
  expect(movedWarnings([one], [{ name: 'a.iap', text: 'label one' }])[0]).toBe(one)
})

it('leaves out those of a file that is gone', () => {
  expect(movedWarnings([warning('label one', 'one')], [{ name: 'b.iap', text: 'label one' }])).toEqual([])
})
