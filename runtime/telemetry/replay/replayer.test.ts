import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { auditRecord } from '../../../tests/support/audit-record.ts'
import { compilePolicy } from '../../../tests/support/compile-policy.ts'
import { instantiate, type Policy, readBundle } from '../../policy/index.ts'
import type { AuditRecord } from '../audit/index.ts'
import { HashKey } from './hash-key.ts'
import { ReplayError } from './replay-data.ts'
import { Replayer } from './replayer.ts'

const POLICY = `
identity keyed via api_key { sub: string }
identity user via jwt { sub: string, groups: set<string>, level?: int }
role admin of user when "admins" in caller.groups
service s at "s.test" {
  route own  GET  "/own/{name}"
  route high GET  "/high"
  route pay  POST "/pay" body { amount: int }
  route open GET  "/open"
  route has  GET  "/has" query { sid?: string }
}
permit own on s.own to user, keyed when params.name == caller.sub
permit high on s.high to admin
permit high2 on s.high to user when has(caller.level) && caller.level > 3
permit pay on s.pay to user when body.amount < 5
permit open on s.open to anyone
permit has on s.has to user when has(caller.level) && has(query.sid) && "x-a" in request.headers
forbid late on s.open when request.time > timestamp("2030-01-01T00:00:00Z") because "Too late."
`

async function load(text = POLICY): Promise<Policy> {
  const read = await readBundle(await compilePolicy(text), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  return instantiate(read.bundle)
}

type Changes = Omit<Partial<AuditRecord>, 'caller' | 'values' | 'time' | 'path'> & { readonly [member: string]: unknown }

function record(path: string, changes: Changes = {}) {
  const route = `s.${path.split('/')[1]}`
  const base = auditRecord({ path, rawPath: path, route, service: 's', host: 's.test', rules: [route.slice(2)] })
  const user = { identity: 'user', subject: 'ann', credential: null }
  return { ...base, obligations: { headers: [], limits: [] }, caller: user, ...changes }
}

const denied = { effect: 'deny', rules: [], reason: 'default' } as const

describe('a record', () => {
  test('is the same, changed, or lacks what is asked for', async () => {
    const replayer = new Replayer(await load())
    const told = (path: string, changes: Changes) => {
      const found = replayer.replay(record(path, changes))
      return found.kind === 'changed' ? found.change : found.kind === 'undetermined' ? found.needs : found.kind
    }
    expect(told('/own/ann', {})).toBe('same')
    expect(told('/own/bob', {})).toBe('loses-access')
    // The subject is that claim, by whatever method it comes; a record before that said both has it too.
    const keyed = { identity: 'keyed', subject: 'ann', credential: null }
    expect(told('/own/ann', { caller: keyed })).toBe('same')
    expect(told('/own/ann', { caller: { ...keyed, subject: null }, values: { read: { 'caller.sub': 'ann' } } })).toBe('same')
    expect(told('/own/ann', denied)).toBe('gains-access')
    expect(told('/own/ann', { caller: { identity: 'user', subject: null, credential: null } })).toBe('caller.sub')
    expect(told('/high', { values: { read: { 'caller.groups': ['admins'] } } })).toBe('same')
    // The role settles it; nobody asks for the level.
    expect(told('/high', { values: { read: { 'caller.groups': [] } } })).toBe('caller.level')
    expect(told('/high', { values: { read: { 'caller.groups': [], 'caller.level': null } } })).toBe('loses-access')
    expect(told('/high', { values: { read: { 'caller.groups': [], 'caller.level': 'four' } } })).toMatch(/^caller/)
    expect(told('/pay', { method: 'POST', values: { body: true, read: { 'body.amount': 4 } } })).toBe('same')
    expect(told('/pay', { method: 'POST', values: { body: true } })).toBe('body.amount')
    expect(told('/pay', { method: 'POST', values: { read: { 'body.amount': 4 } } })).toBe('body.amount')
    expect(told('/open', { time: '2031-01-01T00:00:00.000Z' })).toBe('loses-access')
    expect(told('/open', { time: 'later' })).toBe('time')
    expect(told('/open', { path: { hash: 'x' } })).toBe('path')
    expect(told('/open', { caller: { identity: 'stranger', subject: null, credential: null } })).toBe('caller')
    expect(told('/nowhere', { effect: 'deny', route: null, service: null, code: 'no-route', reason: 'no-route' })).toBe('same')
    expect(told('/open', { effect: 'deny', route: null, service: null, code: 'no-route', reason: 'no-route' })).toBe('caller')
    expect(told('/gone', {})).toBe('loses-access')
    expect(told('/open', { ...denied, reason: 'Not now.' })).toBe('gains-access')
  })

  test('that no policy has decided is not replayed', async () => {
    const replayer = new Replayer(await load())
    for (const changes of [
      { effect: 'reject' },
      { rules: [] },
      { ...denied, code: 'decision-failed' },
      { revision: null },
      { effect: 5 },
    ])
      expect(replayer.replay(record('/open', changes as Changes))).toEqual({ kind: 'undecided' })
    expect(replayer.replay({})).toEqual({ kind: 'undecided' })
  })

  test('that says whether something is there tells that, and no more', async () => {
    const omitted = { 'caller.level': 'present', 'query.sid': 'present', 'request.headers["x-a"]': 'present' }
    const replayer = new Replayer(await load())
    expect(replayer.replay(record('/has', { values: { omitted } })).kind).toBe('same')
    const { 'caller.level': _, ...others } = omitted
    const absent = { read: { 'caller.level': null }, omitted: others }
    expect(replayer.replay(record('/has', { ...denied, values: { ...absent } })).kind).toBe('same')
    expect(replayer.replay(record('/has', { values: { omitted: others } }))).toMatchObject({ needs: 'caller.level' })
    const reads = new Replayer(await load(POLICY.replace('has(query.sid)', 'query.?sid.orValue("") == "x"')))
    expect(reads.replay(record('/has', { values: { omitted } }))).toMatchObject({ needs: 'query.sid' })
  })

  test('is found at the host that the deployment has given the service', async () => {
    const replayer = new Replayer(await load())
    expect(replayer.replay(record('/open', { host: 'orders.internal' })).kind).toBe('same')
    expect(replayer.replay(record('/open', { host: 'other.internal', service: 'gone' })).kind).toBe('changed')
  })

  test('with hashes is told by what else the record holds, each on its own', async () => {
    const hash = createHmac('sha256', 'k').update('ann').digest('base64url')
    const replayer = new Replayer(await load(), { key: new HashKey('k', []) })
    const caller = { identity: 'user', subject: { hash }, credential: null }
    expect(replayer.replay(record('/own/bob', { ...denied, caller })).kind).toBe('same')
    expect(replayer.replay(record('/own/ann', { caller })).kind).toBe('same')
    expect(replayer.replay(record('/own/bob', { ...denied, caller })).kind).toBe('same')
  })
})

test('a policy that does not say what it reads, and data that do not fit, replay nothing', async () => {
  const policy = await load()
  const { reads: _, ...manifest } = policy.manifest
  expect(() => new Replayer({ ...policy, manifest })).toThrow(ReplayError)
  expect(() => new Replayer(policy, { data: { none: { version: 'v', json: 1 } } })).toThrow('has no datum `none`')
})
