import type { Adapter } from 'oidc-provider'
import { beforeEach, expect, it, vi } from 'vitest'
import { memoryAdapter } from './memory-adapter.ts'

let adapterOf: (model: string) => Adapter
beforeEach(() => {
  adapterOf = memoryAdapter()
})

it('keeps the entries of each model apart', async () => {
  const sessions = adapterOf('Session')
  await sessions.upsert('a', { uid: 'u' }, 60)
  expect([await sessions.find('a'), await sessions.findByUid('u')]).toEqual([{ uid: 'u' }, { uid: 'u' }])
  expect([await adapterOf('Grant').find('a'), await adapterOf('Grant').findByUid('u')]).toEqual([undefined, undefined])
  await sessions.destroy('a')
  expect(await sessions.find('a')).toBeUndefined()
})

it('drops what has expired, and keeps what has no expiry', async () => {
  vi.useFakeTimers({ now: 0 })
  try {
    const codes = adapterOf('DeviceCode')
    await codes.upsert('short', { userCode: 's' }, 60)
    await codes.upsert('always', { userCode: 'a' }, 0)
    vi.setSystemTime(59_999)
    expect(await codes.findByUserCode('s')).toEqual({ userCode: 's' })
    vi.setSystemTime(60_000)
    expect([await codes.findByUserCode('s'), await codes.findByUserCode('a')]).toEqual([undefined, { userCode: 'a' }])
  } finally {
    vi.useRealTimers()
  }
})

it('notes the time of a use, and drops all of a revoked grant', async () => {
  const [codes, tokens] = [adapterOf('AuthorizationCode'), adapterOf('AccessToken')]
  await codes.upsert('c', { grantId: 'g' }, 60)
  await tokens.upsert('t', { grantId: 'g' }, 60)
  await tokens.upsert('other', { grantId: 'h' }, 60)
  await codes.consume('c')
  expect(await codes.find('c')).toEqual({ grantId: 'g', consumed: expect.any(Number) })
  await tokens.revokeByGrantId('g')
  expect([await codes.find('c'), await tokens.find('t'), await tokens.find('other')]).toEqual([
    ...[undefined, undefined],
    { grantId: 'h' },
  ])
})

it('drops the oldest of ten thousand entries for one more', async () => {
  const sessions = adapterOf('Session')
  for (let at = 0; at <= 10_000; at++) await sessions.upsert(String(at), { uid: String(at) }, 60)
  expect([await sessions.find('0'), await sessions.find('1')]).toEqual([undefined, { uid: '1' }])
  // Stored again, it is the newest.
  await sessions.upsert('1', { uid: 'one' }, 60)
  await sessions.upsert('more', {}, 60)
  expect([await sessions.find('1'), await sessions.find('2')]).toEqual([{ uid: 'one' }, undefined])
})
