import { afterEach, describe, expect, test, vi } from 'vitest'
import { newRevocation, type Revocation, type Revoked } from './revocation.ts'
import { type Revocable, Revocations } from './revocations.ts'

const NOW = Date.parse('2026-03-02T09:00:00Z')

function revocation(what: Revoked, changes: Partial<Revocation> = {}): Revocation {
  return newRevocation({ what, before: NOW, until: NOW + 1000, reason: null, by: 'token 1', made: NOW, ...changes })
}

const ann: Revocable = {
  identity: 'staff',
  subject: 'ann',
  credentialId: 'c1',
  method: 'jwt',
  issued: NOW / 1000 - 10,
  claims: {},
}

function revokes(one: Revocation, caller: Partial<Revocable> = {}, now = NOW): boolean {
  const revocations = new Revocations()
  revocations.apply({ added: [one], removed: [] })
  return revocations.revokes({ ...ann, ...caller }, now)
}

const subject: Revoked = { kind: 'subject', identity: 'staff', subject: 'ann' }
const session = { kind: 'session', id: 'c1' } as const
const credential = { kind: 'credential', id: 'c1' } as const
const identity = { kind: 'identity', identity: 'staff' } as const
const ofProvider = { kind: 'provider-session', identity: 'staff', sid: 's1', subject: 'ann' } as const

test.each<readonly [string, Revoked, Partial<Revocable>, boolean]>([
  ['the subject', subject, {}, true],
  ['another subject', subject, { subject: 'ben' }, false],
  ['the same name in another identity', subject, { identity: 'partner' }, false],
  ['no subject', subject, { subject: null }, false],
  ['a name that looks like both', subject, { identity: 'staff\nann', subject: '' }, false],
  ['a session', session, { method: 'oidc' }, true],
  ['a credential that is taken for a session', session, {}, true],
  ['a credential', credential, {}, true],
  ['a session that is taken for another credential', credential, { method: 'oidc' }, true],
  ['a credential without a name', credential, { credentialId: null }, false],
  ['an identity', identity, {}, true],
  ['another identity', identity, { identity: 'partner' }, false],
  ['a session at the provider', ofProvider, { claims: { sid: 's1' } }, true],
  ['another one there', ofProvider, { claims: { sid: 's2' } }, false],
  ['one of which the provider says nothing', ofProvider, {}, true],
  ['one of another subject of which it says nothing', ofProvider, { subject: 'ben' }, false],
  ['one of which it says nothing, and of whom neither', { ...ofProvider, subject: null }, {}, false],
  ['another identity, a session called alike', ofProvider, { identity: 'partner', claims: { sid: 's1' } }, false],
])('%s', (_, what, caller, expected) => {
  expect(revokes(revocation(what), caller)).toBe(expected)
})

test('what began later is not meant, to the millisecond; what tells no time is older than all', () => {
  const one = revocation(subject)
  expect(revokes(one, { issued: NOW / 1000 })).toBe(true)
  expect(revokes(one, { issued: (NOW + 1) / 1000 })).toBe(false)
  expect(revokes(one, { issued: Number.NEGATIVE_INFINITY })).toBe(true)
  expect(revokes(revocation(credential, { before: null }), { issued: NOW })).toBe(true)
})

test('it counts until its end', () => {
  const one = revocation(subject)
  expect(revokes(one, {}, NOW + 999)).toBe(true)
  expect(revokes(one, {}, NOW + 1000)).toBe(false)
})

describe('a list that changes', () => {
  afterEach(() => vi.useRealTimers())

  test('its generation is another each time, and listeners are told', () => {
    const revocations = new Revocations()
    const told = vi.fn()
    revocations.onChange(told)
    const one = revocation(subject)
    const two = revocation(subject, { before: NOW - 60_000 })
    const generations = [revocations.generation]
    revocations.apply({ added: [one, two], removed: [] })
    generations.push(revocations.generation)
    revocations.apply({ added: [], removed: [one.id] })
    generations.push(revocations.generation)
    expect(revocations.revokes(ann, NOW)).toBe(false)
    expect(revocations.revokes({ ...ann, issued: NOW / 1000 - 60 }, NOW)).toBe(true)
    revocations.reset({ list: [one], hears: true })
    generations.push(revocations.generation)
    expect([revocations.size, revocations.revokes(ann, NOW)]).toEqual([1, true])
    expect([new Set(generations).size, told.mock.calls.length]).toEqual([4, 3])
  })

  test('while it would not be heard of, no generation is one that somebody could remember; after a while all ends', () => {
    vi.useFakeTimers()
    const revocations = new Revocations(500)
    const told = vi.fn()
    revocations.onChange(told)
    revocations.setHears(false)
    expect([revocations.hears, revocations.generation, revocations.ends(ann, NOW)]).toEqual([false, -1, false])
    revocations.apply({ added: [], removed: [] })
    expect(revocations.generation).toBe(-1)
    vi.advanceTimersByTime(500)
    expect(revocations.ends(ann, NOW)).toBe(true)
    expect(told).toHaveBeenCalledTimes(3)
    revocations.setHears(true)
    expect([revocations.generation > 0, revocations.ends(ann, NOW)]).toEqual([true, false])
    revocations.close()
  })
})
