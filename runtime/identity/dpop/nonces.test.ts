import { expect, test } from 'vitest'
import { createNonces } from './nonces.ts'

const NOW = 1_800_000_000

test('processes with one secret take each other’s, others do not', () => {
  const [one, two] = [createNonces(() => 'a secret'), createNonces(() => 'a secret')]
  const nonce = one.current(NOW)
  expect(two.current(NOW)).toBe(nonce)
  expect(two.until(nonce, NOW)).toBe(NOW + 240)
  for (const other of [createNonces(() => 'another'), createNonces()]) expect(other.until(nonce, NOW)).toBeNull()
})

test('each counts in its turn and in the next, always until the same moment', () => {
  const nonces = createNonces()
  const nonce = nonces.current(NOW)
  for (const [after, until] of [
    [0, 240],
    [119, 240],
    [120, 240],
    [239, 240],
    [240, null],
    [-1, null],
  ] as const)
    expect(nonces.until(nonce, NOW + after), String(after)).toBe(until === null ? null : NOW + until)
  expect(nonces.current(NOW + 119)).toBe(nonce)
  expect(nonces.current(NOW + 120)).not.toBe(nonce)
})

test('a secret that is followed by another: what it made counts to its end', () => {
  const nonces = createNonces((milliseconds) => (milliseconds < (NOW + 120) * 1000 ? 'first' : 'second'))
  const nonce = nonces.current(NOW)
  expect(nonces.until(nonce, NOW + 239)).toBe(NOW + 240)
  expect(nonces.current(NOW + 120)).not.toBe(nonce)
})
