import { expect, test } from 'vitest'
import { KeyRing, MemoryStore, newHandle, newSecret } from '../sessions/index.ts'
import { LOGIN_TIME, PendingLogins } from './pending-logins.ts'

const login = {
  ...{ identity: 'staff', origin: 'https://app.example', host: 'app.example', returnTo: '/x', nonce: 'n', verifier: 'v' },
  ...{ stepUp: null, prompt: null },
}

function open(secret = newSecret()) {
  let now = Date.UTC(2026, 0, 1)
  const store = new MemoryStore(() => now)
  const make = (key = secret) => new PendingLogins(store, new KeyRing([key]), () => now)
  const pass = (ms: number) => {
    now += ms
  }
  return { store, make, pass }
}

test('a login opens for its own state, by every process that has the key, and takes no memory', async () => {
  const { make, store } = open()
  const state = newHandle()
  const cookie = make().seal(state, login)
  const other = make().seal(newHandle(), login)
  expect(make().open(state, [other, cookie])).toMatchObject({ pending: login, cookie: cookie.name })
  expect(store.size).toBe(0)
  // Another key, another state, twice, and the value under another name.
  expect(make(newSecret()).open(state, [cookie])).toBeNull()
  expect(make().open(newHandle(), [cookie])).toBeNull()
  expect(make().open(state, [cookie, cookie])).toBeNull()
  expect(make().open(state, [{ ...cookie, name: other.name }])).toBeNull()
  expect(make().open(state, [{ ...other, name: cookie.name }])).toBeNull()
  await store.close()
})

test('a login lasts for ten minutes, whatever the browser makes of its cookie', async () => {
  const { make, store, pass } = open()
  const state = newHandle()
  const cookie = make().seal(state, login)
  pass(LOGIN_TIME - 1)
  expect(make().open(state, [cookie])).not.toBeNull()
  pass(1)
  expect(make().open(state, [cookie])).toBeNull()
  await store.close()
})

test('a login is finished once; one that came to nothing leaves nothing behind', async () => {
  const { make, store, pass } = open()
  const state = newHandle()
  const pending = { ...login, until: Date.UTC(2026, 0, 1) + LOGIN_TIME }
  expect(await make().take(state, pending, 'one')).toBe(true)
  expect(await make().take(state, pending, 'two')).toBe(false)
  // The login is of the attempt that took it.
  await make().release(state, 'two')
  expect(await make().take(state, pending, 'three')).toBe(false)
  await make().release(state, 'one')
  expect(store.size).toBe(0)
  expect(await make().take(state, pending, 'four')).toBe(true)
  // By this clock the cookie has expired. By that of another proxy, which is less than a minute behind, it has not.
  pass(LOGIN_TIME + 59_999)
  expect(await make().take(state, pending, 'five')).toBe(false)
  await store.close()
})

test('a page with a long address has a cookie that browsers take', () => {
  const { make } = open()
  const state = newHandle()
  const sizes = [2048, 10_000].map((length) => {
    const cookie = make().seal(state, { ...login, returnTo: `/${'x'.repeat(length - 1)}` })
    return [cookie.value.length < 4000, make().open(state, [cookie])?.pending.returnTo.length]
  })
  expect(sizes).toEqual([
    [true, 2048],
    [true, 1],
  ])
})

test('a `RelayState` is that of a login that began here, for ten minutes', async () => {
  const { make, store, pass } = open()
  const state = newHandle()
  const relayState = make().relayState(state)
  // saml-bindings, section 3.4.3.
  expect(relayState.length).toBeLessThanOrEqual(80)
  expect(make().stateIn(relayState)).toBe(state)
  expect(make(newSecret()).stateIn(relayState)).toBeNull()
  const [, until = '', mac = ''] = relayState.split('.')
  const later = `${until.slice(0, -1)}${until.endsWith('z') ? 'y' : 'z'}`
  for (const other of [
    ...['', state, `${state}.${until}`, `${state}.${until}.`, `${state}.${later}.${mac}`, `${relayState}.${mac}`],
    ...[`${newHandle()}.${until}.${mac}`, `${relayState}x`, relayState.toUpperCase()],
  ])
    expect(make().stateIn(other), other).toBeNull()
  pass(LOGIN_TIME - 1)
  expect(make().stateIn(relayState)).toBe(state)
  pass(1)
  expect(make().stateIn(relayState)).toBeNull()
  await store.close()
})
