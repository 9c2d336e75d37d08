import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { manualClock } from '../../tests/support/identity.ts'
import { newRevocation } from './new-revocation.ts'
import { OwnRevocations } from './own-revocations.ts'
import { type Change, MOST_REVOCATIONS, type Revocation } from './revocation.ts'
import { RevocationStateError } from './revocation-file.ts'

let folder: string
let file: string
const clock = manualClock()
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'iap-revocations-')), 'state')
  file = join(folder, 'revocations.json')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

function revocation(subject: string, changes: Partial<Revocation> = {}): Revocation {
  const now = clock()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now, ...changes })
}

test('what is revoked stays so over a restart, in a file of its owner alone', async () => {
  const one = revocation('ann')
  const kinds: Revocation[] = [
    { ...revocation('x'), what: { kind: 'session', id: 'a' }, before: null },
    { ...revocation('x'), what: { kind: 'credential', id: 'a' }, before: null },
    { ...revocation('x'), what: { kind: 'identity', identity: 'staff' }, reason: 'a "reason"\n' },
    { ...revocation('x'), what: { kind: 'provider-session', identity: 'staff', sid: 'a', subject: null } },
  ]
  const keeper = new OwnRevocations(folder, clock)
  expect(await keeper.add([one, ...kinds], null)).toBe('added')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(new OwnRevocations(folder, clock).standing()).toEqual({ list: [one, ...kinds], hears: true })
  expect(await keeper.remove(one.id)).toEqual(one)
  expect(await keeper.remove(one.id)).toBeNull()
  expect(new OwnRevocations(folder, clock).standing().list).toEqual(kinds)
})

test('one that says as much and more takes the place of one before; what is over goes; listeners are told', async () => {
  const changes: Change[] = []
  const keeper = new OwnRevocations(null, clock)
  keeper.listen({ changed: (change) => changes.push(change), hears: () => {} })
  const [first, short] = [revocation('ann'), revocation('ben', { until: clock() + 1 })]
  await keeper.add([first, short], null)
  clock.advance(10)
  const [earlier, later] = [revocation('ann', { before: 0 }), revocation('ann')]
  await keeper.add([earlier], null)
  await keeper.add([later], null)
  expect(keeper.standing().list).toEqual([later])
  expect(changes).toEqual([
    { added: [first, short], removed: [] },
    { added: [earlier], removed: [short.id] },
    { added: [later], removed: [first.id, earlier.id] },
  ])
})

test('two processes on one file, as where a new version is started beside an old one, take what the other has written', async () => {
  const [old, next] = [new OwnRevocations(folder, clock), new OwnRevocations(folder, clock)]
  const heard: Change[] = []
  next.listen({ changed: (change) => heard.push(change), hears: () => {} })
  const [one, two] = [revocation('ann'), revocation('ben')]
  await old.add([one], null)
  await next.add([two], null)
  expect(next.standing().list).toEqual([one, two])
  expect(heard).toEqual([
    { added: [one], removed: [] },
    { added: [two], removed: [] },
  ])
  await vi.waitFor(() => expect(old.standing().list).toEqual([one, two]), { timeout: 10_000 })
  await Promise.all([old.close(), next.close()])
})

test('what may come once', async () => {
  const keeper = new OwnRevocations(null, clock)
  const once = { key: 'k', ms: 1000 }
  expect(await keeper.add([revocation('ann')], once)).toBe('added')
  expect(await keeper.add([revocation('ann')], once)).toBe('known')
  expect(await keeper.add([revocation('ann')], { ...once, key: 'l' })).toBe('added')
  clock.advance(1000)
  expect(await keeper.add([revocation('ann')], once)).toBe('added')
})

test('there is an end to how many there are, and room when some are over', async () => {
  const keeper = new OwnRevocations(null, clock)
  const many = Array.from({ length: MOST_REVOCATIONS }, (_, i) => revocation(`user${i}`))
  expect(await keeper.add(many, null)).toBe('added')
  expect(await keeper.add([revocation('one more')], { key: 'k', ms: 1000 })).toBe('full')
  // It is not remembered as one that has come.
  expect(await keeper.add([revocation('user0')], { key: 'k', ms: 1000 })).toBe('added')
  clock.advance(60_000)
  expect(await keeper.add([revocation('one more')], null)).toBe('added')
  expect(keeper.standing().list.length).toBe(1)
})

test.each([
  ['no JSON', '{'],
  ['another version', '{"version":2,"revocations":[]}'],
  ['an unknown kind', JSON.stringify({ version: 1, revocations: [{ ...revocation('a'), what: { kind: 'all' } }] })],
  [
    'a kind that every object has',
    JSON.stringify({ version: 1, revocations: [{ ...revocation('a'), what: { kind: 'toString' } }] }),
  ],
  ['a time that is none', JSON.stringify({ version: 1, revocations: [{ ...revocation('a'), until: null }] })],
])('a file with %s is not overwritten, and nobody goes on', (_, text) => {
  new OwnRevocations(folder, clock)
  writeFileSync(file, text)
  expect(() => new OwnRevocations(folder, clock)).toThrow(RevocationStateError)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('what cannot be written is not revoked', async () => {
  const keeper = new OwnRevocations(folder, clock)
  if (process.geteuid?.() === 0) rmSync(folder, { recursive: true })
  else chmodSync(folder, 0o500)
  await expect(keeper.add([revocation('ann')], null)).rejects.toThrow()
  expect(keeper.standing().list).toEqual([])
})
