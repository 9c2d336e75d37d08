import { expect, test } from 'vitest'
import { ReplayCache } from './replay-cache.ts'

/** Class "one fills what others need": whoever shows many proofs, or assertions, does not keep others from showing theirs. */

test('an owner alone has seven eighths, and others still find room; when its own are over, it finds room again', () => {
  let now = 0
  const seen = new ReplayCache(() => now, 800)
  const many = (owner: string, until: number) => {
    let count = 0
    while (seen.remember(`${owner} ${until} ${count}`, until, owner) === 'new') count++
    return count
  }
  expect(many('mallory', 60)).toBe(700)
  expect(seen.remember('mallory 60 0', 60, 'mallory')).toBe('known')
  expect(seen.remember('a', 60, 'ann')).toBe('new')
  expect(many('eve', 60)).toBeGreaterThan(80)
  expect(seen.remember('b', 60, 'bob')).toBe('new')
  now = 100_000
  expect(many('mallory', 160)).toBe(700)
  expect(seen.remember('a', 160, 'ann')).toBe('new')
})
