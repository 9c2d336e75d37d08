/** The list of revocations in a real Redis: what proxies have in common, keys that rotate, and what somebody else has written there. */
import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { newRevocation, type Revocation } from '../../runtime/identity/revocation/index.ts'
import { RedisRevocations } from '../../runtime/identity/revocation/redis-revocations.ts'
import { KeyRing, newSecret } from '../../runtime/identity/sessions/index.ts'
import { type CollectedLog, collectLog } from '../support/identity.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { eventually } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

let redis: TestRedis
let tests = 0
beforeAll(async () => {
  if (installed) redis = await startRedis()
})
afterAll(() => redis?.close())

interface Opened {
  readonly keeper: RedisRevocations
  readonly log: CollectedLog
  subjects(): readonly string[]
}

async function open(prefix: string, secrets: readonly string[], hears = true): Promise<Opened> {
  const log = collectLog()
  const keeper = new RedisRevocations({ url: redis.url, ring: new KeyRing(secrets), log, prefix })
  onTestFinished(() => keeper.close())
  if (hears) await eventually(() => (keeper.standing().hears ? true : undefined))
  const subjects = () =>
    keeper
      .standing()
      .list.map(({ what }) => ('subject' in what ? String(what.subject) : what.kind))
      .sort()
  return { keeper, log, subjects }
}

function revocation(subject: string, changes: Partial<Revocation> = {}): Revocation {
  const now = Date.now()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now, ...changes })
}

const prefixOf = () => `test ${++tests}:`

describe.skipIf(!installed)('revocations in a Redis', () => {
  test('are added, taken back and replaced for all; what may come once does', async () => {
    const prefix = prefixOf()
    const secret = newSecret()
    const [one, two] = [await open(prefix, [secret]), await open(prefix, [secret])]
    const ann = revocation('ann')
    const once = { key: 'k', ms: 60_000 }
    expect(await one.keeper.add([ann, revocation('ben')], once, 'operator')).toBe('added')
    expect(one.subjects()).toEqual(['ann', 'ben'])
    await eventually(() => (two.subjects().join() === 'ann,ben' ? true : undefined))
    expect(await two.keeper.add([revocation('cem')], once, 'operator')).toBe('known')
    expect(two.subjects()).toEqual(['ann', 'ben'])
    // Later, and so in the place of the one before.
    expect(
      await two.keeper.add([revocation('ann', { before: Date.now() + 1, until: Date.now() + 70_000 })], null, 'operator'),
    ).toBe('added')
    expect(two.subjects()).toEqual(['ann', 'ben'])
    await eventually(() => (one.keeper.standing().list.some(({ id }) => id === ann.id) ? undefined : true))
    const [ben] = two.keeper.standing().list.filter(({ what }) => 'subject' in what && what.subject === 'ben')
    expect(await one.keeper.remove(ben?.id ?? '')).toEqual(ben)
    expect(await one.keeper.remove(ben?.id ?? '')).toBeNull()
    await eventually(() => (two.subjects().join() === 'ann' ? true : undefined))
  })

  test('are sealed, and again by the first key; who knew one goes on knowing it', async () => {
    const prefix = prefixOf()
    const [before, after] = [newSecret(), newSecret()]
    const old = await open(prefix, [before])
    await old.keeper.add([revocation('ann')], null, 'operator')
    const rotating = await open(prefix, [after, before])
    expect(rotating.subjects()).toEqual(['ann'])
    const raw = createClient({ url: redis.url })
    await raw.connect()
    onTestFinished(() => raw.destroy())
    expect(JSON.stringify(await raw.hGetAll(`${prefix}{revocations}`))).not.toContain('ann')
    const next = await open(prefix, [after])
    expect(next.subjects()).toEqual(['ann'])
    await rotating.keeper.add([revocation('ben')], null, 'operator')
    // It has no key for what came since, and nobody counts there who might be revoked.
    await eventually(() => (old.keeper.standing().hears ? undefined : true))
    expect(old.subjects()).toEqual(['ann'])
    expect(old.log.lines.join()).toContain('cannot be decrypted with any of `sessions.keys`')
    expect(next.keeper.standing().hears).toBe(true)
  })

  test('cannot be made by who has no key, nor be put elsewhere', async () => {
    const prefix = prefixOf()
    const secret = newSecret()
    const one = await open(prefix, [secret])
    await one.keeper.add([revocation('ann')], null, 'operator')
    const raw = createClient({ url: redis.url })
    await raw.connect()
    onTestFinished(() => raw.destroy())
    const hash = `${prefix}{revocations}`
    const [id = ''] = one.keeper.standing().list.map((each) => each.id)
    await raw.hSet(hash, 'another', (await raw.hGet(hash, id)) ?? '')
    await raw.hIncrBy(hash, ' count', 1)
    await eventually(() => (one.keeper.standing().hears ? undefined : true))
    expect(one.subjects()).toEqual(['ann'])
    await raw.hDel(hash, 'another')
    await eventually(() => (one.keeper.standing().hears ? true : undefined))
  })

  test('of a long list those that have changed are read alone; who has missed too much reads all', async () => {
    const prefix = prefixOf()
    const secret = newSecret()
    const [one, two] = [await open(prefix, [secret]), await open(prefix, [secret])]
    const many = Array.from({ length: 3000 }, (_, i) => revocation(`user ${i}`))
    for (let i = 0; i < many.length; i += 500) await one.keeper.add(many.slice(i, i + 500), null, 'operator')
    await eventually(() => (two.keeper.size === 3000 ? true : undefined))
    const raw = createClient({ url: redis.url })
    await raw.connect()
    onTestFinished(() => raw.destroy())
    await raw.configResetStat()
    await one.keeper.add([revocation('new')], null, 'operator')
    await one.keeper.remove(many[0]?.id ?? '')
    await eventually(() => (two.keeper.size === 3000 && two.subjects().includes('new') ? true : undefined))
    expect(await raw.info('commandstats')).not.toMatch(/cmdstat_(?:hscan|hgetall)/)
    // As a version before would, which writes no log.
    await raw.hDel(`${prefix}{revocations}`, many[1]?.id ?? '')
    await raw.hIncrBy(`${prefix}{revocations}`, ' count', 1)
    for (const { keeper } of [one, two]) await eventually(() => (keeper.size === 2999 ? true : undefined))
    await one.keeper.add([revocation('newer')], null, 'operator')
    for (const { subjects } of [one, two]) await eventually(() => (subjects().includes('newer') ? true : undefined))
  })

  test('that are lost there are told again', async () => {
    const prefix = prefixOf()
    const secret = newSecret()
    const one = await open(prefix, [secret])
    await one.keeper.add([revocation('ann'), revocation('ben')], null, 'operator')
    await redis.stop()
    await eventually(() => (one.keeper.standing().hears ? undefined : true))
    await expect(one.keeper.add([revocation('cem')], null, 'operator')).rejects.toThrow()
    await redis.start()
    await eventually(() => (one.keeper.standing().hears ? true : undefined))
    expect(one.subjects()).toEqual(['ann', 'ben'])
    expect((await open(prefix, [secret])).subjects()).toEqual(['ann', 'ben'])
  })
})
