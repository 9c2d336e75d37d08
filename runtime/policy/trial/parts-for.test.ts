import { expect, test } from 'vitest'
import { decidesSome, partsFor } from './on-trial.ts'
import type { Share } from './trial.ts'

test.each<[string, Share, string | null, string | null, number]>([
  ['all services', { parts: 100, services: null }, 'a', 'a', 100],
  ['one of those', { parts: 100, services: ['a'] }, 'a', 'a', 100],
  ['none of those', { parts: 100, services: ['a'] }, 'b', 'b', 0],
  ['one of which it decides all', { parts: 100, services: ['a'], whole: ['b'] }, 'b', 'b', 10_000],
  ['one of which it decides all, beside all others', { parts: 100, services: null, whole: ['b'] }, 'b', 'b', 10_000],
  ['another one beside those', { parts: 100, services: null, whole: ['b'] }, 'a', 'a', 100],
  ['only of those of which it decides all', { parts: 0, services: [], whole: ['b'] }, 'b', 'b', 10_000],
  ['a service that only the active one has', { parts: 100, services: ['a'] }, 'a', null, 100],
  ['a service that only the one on trial has', { parts: 100, services: ['a'] }, null, 'a', 100],
  ['one service by the active one, another by the one on trial', { parts: 100, services: ['a'], whole: ['b'] }, 'b', 'a', 100],
  ['the same, of which one is none of those', { parts: 100, services: ['a'] }, 'a', 'b', 0],
  ['no service', { parts: 10_000, services: null }, null, null, 0],
])('a request to %s', (_, share, active, candidate, parts) => {
  expect(partsFor(share, active, candidate)).toBe(parts)
})

test('whether it decides anything', () => {
  const shares: readonly Share[] = [
    { parts: 0, services: null },
    { parts: 1, services: null },
    { parts: 0, services: null, whole: ['a'] },
  ]
  expect(shares.map(decidesSome)).toEqual([false, true, true])
})
