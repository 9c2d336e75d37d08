import { createHash } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LastCredential, lastCredentialOf, shareLastCredential } from './last-credential.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

test.each([
  ['one'],
  ['one', 'one'],
  ['one', 'two', 'one'],
  ['', 'one', ''],
  ['one', `${'one'.repeat(300)}a`, `${'one'.repeat(300)}b`],
  // Longer than what is held.
  ['one', 'x'.repeat(5000), 'one', 'x'.repeat(5000), 'y'.repeat(5000)],
])('the key has the digest of the text, whatever came before: %j', (...texts) => {
  const last = new LastCredential()
  for (const text of texts) expect(last.keyOf('jwt ', text)).toBe(`jwt ${sha256(text)}`)
})

test('two contexts have two keys', () => {
  const last = new LastCredential()
  expect([last.keyOf('a ', 'one'), last.keyOf('b ', 'one')]).toEqual([`a ${sha256('one')}`, `b ${sha256('one')}`])
})

test('a connection has its own, and its streams have that', () => {
  const [one, other, stream] = [{}, {}, {}]
  shareLastCredential(stream, one)
  expect(lastCredentialOf(one)).toBe(lastCredentialOf(one))
  expect(lastCredentialOf(stream)).toBe(lastCredentialOf(one))
  expect(lastCredentialOf(other)).not.toBe(lastCredentialOf(one))
})

test('what is not asked for is forgotten within two seconds, and nothing goes on looking', async () => {
  vi.useFakeTimers()
  vi.resetModules()
  onTestFinished(() => void vi.useRealTimers())
  const fresh = await import('./last-credential.ts')
  const last = new fresh.LastCredential()
  last.keyOf('', 'one')
  vi.advanceTimersByTime(1000)
  last.keyOf('', 'one')
  vi.advanceTimersByTime(1000)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(1000)
  expect(vi.getTimerCount()).toBe(0)
  expect(last.age()).toBe(true)
  expect(last.keyOf('', 'one')).toBe(sha256('one'))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(2000)
  expect(vi.getTimerCount()).toBe(0)
})
