import { expect, test } from 'vitest'
import type { Policy } from '../module/policy.ts'
import type { Share } from './candidate.ts'
import { decidesSome, PARTS, type Person, partOf, partsFor, picks, type RolloutCandidate } from './rollout-candidate.ts'
import { TallyBook } from './tally-book.ts'
import { TimeShare } from './time-share.ts'

const revision = `sha256:${'a'.repeat(64)}`
const onTrial: RolloutCandidate = {
  ...{ policy: { revision } as Policy, share: { parts: 0, services: null }, book: new TallyBook(), time: new TimeShare(0) },
}
const person = (subject: string | null, credentialId: string | null = 'c'): Person => ({
  identity: 'user',
  subject,
  credentialId,
})
/** The smallest share that has a caller. */
const first = (who: Person | null, address = '192.0.2.1') => {
  let parts = 0
  while (!picks(onTrial, parts, who, address)) parts++
  return parts
}

test.each<readonly [string, readonly string[] | null, string | null, string | null, boolean]>([
  ['all services', null, 'a', 'b', true],
  ['all services, and a route that is new', null, null, 'b', true],
  ['all services, and no route at all', null, null, null, false],
  ['both', ['a', 'b'], 'a', 'b', true],
  ['one that the candidate would send elsewhere', ['a'], 'a', 'b', false],
  ['one that it takes from elsewhere', ['a'], 'b', 'a', false],
  ['one that it has no route for', ['a'], 'a', null, true],
  ['one that is new', ['a'], null, 'a', true],
  ['another', ['a'], 'b', 'b', false],
  ['none', [], 'a', 'a', false],
])('a share of %s', (_, services, active, candidate, expected) => {
  expect(partsFor({ parts: 1, services }, active, candidate)).toBe(expected ? 1 : 0)
})

test.each<[string, Share, string | null, string | null, number]>([
  ['one of which it decides all', { parts: 100, services: ['a'], whole: ['b'] }, 'b', 'b', PARTS],
  ['the same, beside all others', { parts: 100, services: null, whole: ['b'] }, 'b', 'b', PARTS],
  ['another one beside those', { parts: 100, services: null, whole: ['b'] }, 'a', 'a', 100],
  ['only those', { parts: 0, services: [], whole: ['b'] }, 'b', 'b', PARTS],
  ['one that the candidate would send where it decides fewer', { parts: 100, services: ['a'], whole: ['b'] }, 'b', 'a', 100],
])('of services of which it decides all requests: %s', (_, share, active, candidate, parts) => {
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

test('a subject is in by who it is, wherever it comes from and whatever it shows', () => {
  const part = partOf(revision, ['user', 'subject', 'ann'])
  expect(first(person('ann'))).toBe(part + 1)
  expect(picks(onTrial, part + 1, person('ann', 'another'), '192.0.2.2')).toBe(true)
  expect(picks(onTrial, part, person('ann'), '192.0.2.1')).toBe(false)
})

test('who has no subject is in by the credential, nobody by the network', () => {
  expect(first(person(null, 'ann'))).toBe(partOf(revision, ['user', 'credential', 'ann']) + 1)
  expect(first(person(null, null))).toBe(partOf(revision, ['user', 'credential', '192.0.2.1']) + 1)
  expect(first(null)).toBe(partOf(revision, ['', '192.0.2.1']) + 1)
  expect(first(null, '192.0.2.2')).toBe(partOf(revision, ['', '192.0.2.2']) + 1)
  // Of 2⁶⁴ addresses a client takes which it likes, and could try until it is in.
  const inOne = Array.from({ length: 50 }, (_, at) => first(null, `2001:db8::${at + 1}`))
  expect(new Set(inOne).size).toBe(1)
  expect(first(person(null, null), '2001:db8::1')).toBe(first(person(null, null), '2001:db8::ffff:1'))
  expect(first(null, '2001:db8:0:1::1')).not.toBe(inOne[0])
})

test('no parts are nobody, and all are everybody', () => {
  for (let at = 0; at < 100; at++)
    expect([0, PARTS].map((parts) => picks(onTrial, parts, person(`${at}`), '192.0.2.1'))).toEqual([false, true])
})

const REVISION = `sha256:${'a'.repeat(64)}`
const subjects = Array.from({ length: 20_000 }, (_, at) => `subject-${at}`)
const within = (parts: number, revision = REVISION) => subjects.filter((one) => partOf(revision, ['user', one]) < parts)

test('of 20,000 subjects one in ten is within 10 %, and 10 % of any other share', () => {
  for (const parts of [100, 1000, 5000]) {
    const share = within(parts).length / subjects.length
    expect(share).toBeGreaterThan((parts / PARTS) * 0.9)
    expect(share).toBeLessThan((parts / PARTS) * 1.1)
  }
  expect([within(0).length, within(PARTS).length]).toEqual([0, subjects.length])
})

test('who is in stays in while the share grows', () => {
  const first = within(1000)
  const later = new Set(within(2500))
  expect(first.every((one) => later.has(one))).toBe(true)
})

test('all proxies find the same: what it is made of is fixed (worked out by Python from the same words)', () => {
  expect(['ann', 'ben', null].map((one) => partOf(REVISION, ['user', one]))).toEqual([6613, 9213, 2386])
})

test('another candidate begins with others, and names do not run into each other', () => {
  const other = new Set(within(1000, `sha256:${'b'.repeat(64)}`))
  const both = within(1000).filter((one) => other.has(one)).length
  expect(both).toBeGreaterThan(100)
  expect(both).toBeLessThan(400)
  expect(partOf(REVISION, ['us', 'er'])).not.toBe(partOf(REVISION, ['user', '']))
})
