import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectLog, fakePolicy, manualClock, methodDeps, NO_METHOD, requestWith } from '../../../../tests/support/identity.ts'
import { poll, until } from '../../../../tests/support/until.ts'
import type { Authentication, Caller } from '../../authentication.ts'
import { type Authenticator, createAuthenticator } from '../../create-authenticator.ts'
import { custom } from './custom.ts'

let folder: string
let open: Authenticator[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-plugin-'))
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()))
  rmSync(folder, { recursive: true })
})

interface Given {
  /** What the module does with `request`. */
  readonly body: string
  readonly headers?: readonly string[]
  readonly timeout?: number
  /** Before the function. */
  readonly top?: string
}

async function setup(given: Given | Readonly<Record<string, Given>>, clock: () => number = Date.now) {
  const all = 'body' in given ? { legacy: given as Given } : given
  const configs = Object.entries(all).map(([name, { body, top = '', headers = ['x-session'], timeout = 10_000 }]) => {
    const plugin = join(folder, `${name}.mjs`)
    writeFileSync(plugin, `${top}\nlet calls = 0\nexport default async function (request) { calls += 1\n${body}\n}\n`)
    return [name, { ...NO_METHOD, custom: { plugin, headers, timeout, path: ['identities', name] } }] as const
  })
  const log = collectLog()
  const authenticator = createAuthenticator(Object.fromEntries(configs), { clock, log })
  open.push(authenticator)
  const problems = await authenticator.open()
  const ask = async (...lines: (readonly [string, string])[]): Promise<Authentication> =>
    await authenticator.authenticate(requestWith(...lines), fakePolicy())
  return { authenticator, log, problems, ask, all: Object.fromEntries(configs) }
}

const SESSION = ['x-session', 'abc'] as const
/** Blocks the thread as an endless loop does, without the processor. */
const BLOCK = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'
const UNAVAILABLE = { kind: 'refused', status: 503, code: 'identity-plugin-unavailable' }

describe('what a plug-in is shown', () => {
  test('method, host, path, address and the headers that are named, and nothing else', async () => {
    const of = await setup({
      body: 'return { claims: { request: JSON.parse(JSON.stringify(request)), names: Object.keys(request) } }',
      headers: ['x-other', 'x-session'],
    })
    expect(of.problems).toEqual([])
    const answer = await of.ask(['X-Session', 'a'], ['X-Session', 'b'], ['X-Secret', 'c'], ['Cookie', 'd'])
    expect((answer as Caller).claims).toEqual({
      request: {
        method: 'GET',
        host: 'api.example',
        path: '/',
        address: '127.0.0.1',
        headers: { 'x-other': [], 'x-session': ['a', 'b'] },
      },
      names: ['headers', 'method', 'host', 'path', 'address'],
    })
  })

  test('of which it can change nothing', async () => {
    const of = await setup({
      body: `'use strict'
        const tried = []
        for (const change of [
          () => { request.method = 'POST' },
          () => { request.more = 1 },
          () => { request.headers['x-session'] = [] },
          () => { request.headers['x-session'].push('b') },
          () => { delete request.path },
        ]) try { change(); tried.push('changed') } catch (error) { tried.push(error.name) }
        return { claims: { tried, proto: [Object.getPrototypeOf(request), request.headers.constructor === undefined] } }`,
    })
    expect(await of.ask(SESSION)).toMatchObject({
      claims: { tried: ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'], proto: [null, true] },
    })
  })

  test('nothing, where none of its headers is there', async () => {
    const of = await setup({ body: 'return { claims: {} }' })
    expect(await of.ask(['x-other', 'a'])).toMatchObject({ kind: 'anonymous' })
  })

  test('no cookie of the proxy itself, which is the credential of another method', async () => {
    const of = await setup({ body: 'return { claims: { seen: request.headers.cookie } }', headers: ['cookie'] })
    const session = `__Host-iap-session=${'a'.repeat(43)}`
    expect(await of.ask(['Cookie', session])).toMatchObject({ kind: 'anonymous' })
    expect(await of.ask(['Cookie', `a=1; ${session}; b=2`])).toMatchObject({
      claims: { seen: ['a=1; b=2'] },
    })
  })

  test('nothing, where a header is there in a spelling that services read as the same', async () => {
    const of = await setup({ body: 'return { claims: {} }' })
    expect(await of.ask(['X_Session', 'abc'])).toMatchObject({ status: 401, code: 'credential-repeated' })
    expect(await of.ask(SESSION, ['X_Session', 'abc'])).toMatchObject({ status: 401, code: 'credential-repeated' })
  })
})

describe('what it answers', () => {
  test('that no browser sends the credential by itself', async () => {
    const of = await setup({ body: "return { claims: { sub: 'ann' }, ambient: false }" })
    expect(await of.ask(SESSION)).toMatchObject({ kind: 'caller', ambient: false })
  })

  test('claims: a caller, whose header is not the service’s', async () => {
    const of = await setup({ body: "return { claims: { sub: 'ann', groups: ['a'], acr: 'mfa', auth_time: 1 } }" })
    expect(await of.ask(SESSION)).toMatchObject({
      kind: 'caller',
      identity: 'legacy',
      subject: 'ann',
      claims: { sub: 'ann', groups: ['a'] },
      consumed: ['x-session'],
      ambient: true,
      expires: Number.POSITIVE_INFINITY,
      facts: { auth: { acr: 'mfa', mfa: true, time: 1_000_000_000n } },
    })
  })

  test('null: whoever it would be without it', async () => {
    const of = await setup({ body: 'return null' })
    expect(await of.ask(SESSION)).toMatchObject({ kind: 'anonymous' })
    expect(await of.ask(SESSION, ['authorization', 'Bearer a.b.c'])).toMatchObject({ code: 'token-malformed' })
  })

  test('a refusal', async () => {
    const of = await setup({ body: 'return { refused: true }' })
    expect(await of.ask(SESSION)).toMatchObject({ kind: 'refused', status: 401, code: 'plugin-refused' })
  })

  test('claims that the policy does not allow', async () => {
    const { authenticator } = await setup({ body: 'return { claims: { sub: 1 } }' })
    const policy = fakePolicy(() => ({ ok: false, message: 'no' }))
    expect(await authenticator.authenticate(requestWith(SESSION), policy)).toMatchObject({ status: 401, code: 'claims' })
  })

  test('a caller beside a token that it was not shown: nobody knows whose request it is', async () => {
    const of = await setup({ body: "return { claims: { sub: 'ann' }, until: Date.now() / 1000 + 1000 }" })
    expect(await of.ask(SESSION)).toMatchObject({ kind: 'caller' })
    expect(await of.ask(SESSION, ['authorization', 'Bearer a.b.c'])).toMatchObject({ status: 401, code: 'credential-ambiguous' })
  })

  test.each([
    ['throws', "throw new Error('the database is down')", 'the database is down'],
    ['throws what is no error', 'throw null', 'null'],
    ['throws what cannot be told', 'throw { toString() { throw 1 } }', 'threw a value that is not an error'],
    ['returns nothing', '', 'neither null nor an object'],
    ['returns a text', "return 'ann'", 'neither null nor an object'],
    ['returns true', 'return true', 'neither null nor an object'],
    ['returns no claims', 'return {}', 'no `claims`'],
    ['returns claims that are a list', 'return { claims: [] }', 'no `claims`'],
    ['returns claims that are a text', "return { claims: 'ann' }", 'no `claims`'],
    ['returns claims that are no JSON', 'return { claims: { a: 1n } }', 'BigInt'],
    ['returns claims that are a circle', 'const a = {}; a.a = a; return { claims: a }', 'circular'],
    ['returns claims that say that they are none', 'return { claims: { toJSON: () => [] } }', 'not an object'],
    ['returns claims without end', "return { claims: { a: 'x'.repeat(70_000) } }", 'longer than'],
    ['returns what nothing reads', "return { claims: {}, roles: ['admin'] }", '`roles`'],
    ['refuses and tells claims', 'return { refused: true, claims: {} }', '`refused`'],
    ['refuses by halves', "return { refused: 'yes' }", '`refused`'],
    ['says until when by a text', "return { claims: {}, until: '2026' }", '`until`'],
    ['says that it never ends', 'return { claims: {}, until: Infinity }', '`until`'],
    ['says until when by no number', 'return { claims: {}, until: NaN }', '`until`'],
    ['says until when in milliseconds', 'return { claims: {}, until: Date.now() * 1000 }', '`until`'],
  ])('one that %s gives no answer: 503, and the log says why', async (_, body, why) => {
    const of = await setup({ body })
    expect(await of.ask(SESSION)).toMatchObject(UNAVAILABLE)
    expect(of.log.lines).toEqual([expect.stringContaining(why)])
    expect(of.log.lines[0]).toContain('"identity":"legacy"')
    expect(of.log.lines[0]).not.toContain('abc')
  })
})

describe('one that does not come to an end', () => {
  const BODY = `
    const [session] = request.headers['x-session']
    if (session === 'loop') for (;;) {}
    if (session === 'block') ${BLOCK}
    if (session === 'hang') await new Promise(() => {})
    if (session === 'exit') process.exit(0)
    if (session === 'crash') { setTimeout(() => { throw new Error('crash') }); await new Promise(() => {}) }
    return { claims: { sub: session, calls } }`
  const say = (session: string) => ['x-session', session] as const

  test.each(['loop', 'hang'])('in a %s: 503 when its time is over, and the next is answered', async (how) => {
    const of = await setup({ body: BODY, timeout: 1000 })
    expect(await of.ask(say(how))).toMatchObject(UNAVAILABLE)
    await eventuallyCaller(() => of.ask(say('ann')))
    expect(of.log.lines[0]).toContain('did not answer in time')
  })

  test('does not hold up the process', async () => {
    const of = await setup({ body: BODY, timeout: 1000 })
    const asked = of.ask(say('block'))
    let isAnswered = false
    void asked.then(() => {
      isAnswered = true
    })
    let turns = 0
    for (; !isAnswered && turns < 6; await nextTurn()) turns += 1
    expect(turns).toBe(6)
    expect(await asked).toMatchObject(UNAVAILABLE)
  })

  test('takes nobody with it who waits beside it', async () => {
    const begun = join(folder, 'begun')
    const of = await setup({
      top: "import { existsSync, writeFileSync } from 'node:fs'",
      body: `
        const [session] = request.headers['x-session']
        const isFirst = !existsSync(${JSON.stringify(begun)})
        if (session === 'slow' && isFirst) writeFileSync(${JSON.stringify(begun)}, '')
        if (session === 'hang' || isFirst) await new Promise(() => {})
        return { claims: { sub: session } }`,
      timeout: 3000,
    })
    const hanging = of.ask(say('hang'))
    // It is in the midst of its answer when the thread is ended, and is asked for again.
    const beside = of.ask(say('slow'))
    await until(() => existsSync(begun))
    expect(await hanging).toMatchObject(UNAVAILABLE)
    expect(await beside).toMatchObject({ kind: 'caller', subject: 'slow' })
  })

  test('is started anew no more often than its time allows, however many wait', async () => {
    const of = await setup({ body: BLOCK, timeout: 1000 })
    const begun = performance.now()
    const asked = Array.from({ length: 40 }, async (_, i) => {
      // One after the other, whatever the distance.
      await new Promise((resolve) => setTimeout(resolve, i * 10))
      return await of.ask(say(`loop ${i}`))
    })
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(UNAVAILABLE)
    const starts = of.log.lines.filter((line) => line.includes('is restarted'))
    expect(starts.length).toBeGreaterThan(0)
    // A machine that is slow gives time for more of them.
    expect(starts.length).toBeLessThanOrEqual(1 + (performance.now() - begun) / 1000)
  })

  test.each(['exit', 'crash'])('with %s: 503 at once, and it is started anew', async (how) => {
    const of = await setup({ body: BODY, timeout: 20_000 })
    expect(await of.ask(say(how))).toMatchObject(UNAVAILABLE)
    expect(of.log.lines.join()).toContain('the plug-in of an identity exited')
    await eventuallyCaller(() => of.ask(say('ann')))
  })

  test('that fills its memory', async () => {
    const of = await setup({ body: 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))', timeout: 60_000 })
    expect(await of.ask(SESSION)).toMatchObject(UNAVAILABLE)
    expect(of.log.lines.join()).toContain('memory')
  })

  async function eventuallyCaller(ask: () => Promise<Authentication>): Promise<void> {
    const answers: Authentication[] = []
    await until(async () => answers[answers.push(await ask()) - 1]?.kind === 'caller')
    for (const answer of answers.slice(0, -1)) expect(answer).toMatchObject(UNAVAILABLE)
  }
})

describe('what is kept', () => {
  /** How often it was asked. */
  async function callsOf(ask: () => Promise<Authentication>): Promise<unknown> {
    const answer = await ask()
    return answer.kind === 'caller' ? answer.claims.calls : answer
  }

  test('nothing, where it does not say until when', async () => {
    const of = await setup({ body: 'return { claims: { calls } }' })
    expect([await callsOf(() => of.ask(SESSION)), await callsOf(() => of.ask(SESSION))]).toEqual([1, 2])
  })

  test('until it says, by what its headers hold', async () => {
    const clock = manualClock(1_000_000)
    const of = await setup({ body: 'return { claims: { calls }, until: 2000 }', headers: ['x-other', 'x-session'] }, clock)
    const calls = (...lines: (readonly [string, string])[]) => callsOf(() => of.ask(...lines))
    expect([await calls(SESSION), await calls(SESSION), await calls(SESSION, ['x-unnamed', 'a'])]).toEqual([1, 1, 1])
    expect([await calls(['x-session', 'ab']), await calls(SESSION, SESSION), await calls(SESSION, ['x-other', ''])]).toEqual([
      2, 3, 4,
    ])
    expect(await of.ask(SESSION)).toMatchObject({ expires: 2000 })
    clock.set(2_000_000)
    expect(await of.ask(SESSION)).toMatchObject({ status: 401, code: 'expired' })
  })

  test.each(['method', 'host', 'path', 'address'])('nothing, where it has looked at the %s', async (name) => {
    const of = await setup({ body: `void request.${name}; return { claims: { calls }, until: Date.now() / 1000 + 1000 }` })
    expect([await callsOf(() => of.ask(SESSION)), await callsOf(() => of.ask(SESSION))]).toEqual([1, 2])
  })

  test('nothing of one request for another that comes beside it', async () => {
    const { authenticator } = await setup({
      body: "await new Promise((resolve) => setTimeout(resolve, 50)); return request.path === '/admin' ? { refused: true } : { claims: { sub: 'ann' } }",
    })
    const request = requestWith(SESSION)
    const [open, closed] = await Promise.all([
      authenticator.authenticate(request, fakePolicy()),
      authenticator.authenticate({ ...request, path: '/admin' }, fakePolicy()),
    ])
    expect([open, closed]).toMatchObject([{ kind: 'caller' }, { code: 'plugin-refused' }])
  })
})

test('several: the first that has something to say, and only of it something is kept', async () => {
  const of = await setup({
    one: { body: "return request.path === '/' ? null : { refused: true }", headers: ['x-one'] },
    two: { body: 'return { claims: { calls }, until: Date.now() / 1000 + 1000 }', headers: ['x-two'] },
  })
  expect(await of.ask(['x-two', 'a'])).toMatchObject({ identity: 'two', claims: { calls: 1 }, consumed: ['x-two'] })
  expect(await of.ask(['x-two', 'a'])).toMatchObject({ claims: { calls: 1 } })
  expect(await of.ask(['x-one', 'a'], ['x-two', 'a'])).toMatchObject({ identity: 'two', claims: { calls: 2 } })
  const request = { ...requestWith(['x-one', 'a'], ['x-two', 'a']), path: '/other' }
  expect(await of.authenticator.authenticate(request, fakePolicy())).toMatchObject({ code: 'plugin-refused' })
})

describe('at the start', () => {
  test.each([
    ['has a mistake', 'this is none', 'cannot be loaded'],
    ['throws', "throw new Error('no database')", 'cannot be loaded: no database'],
    ['exports no function', 'export default 1', 'no default export that is a function'],
    ['ends', 'process.exit()', 'exited before it was loaded'],
  ])('one that %s is told with its place', async (_, text, why) => {
    const plugin = join(folder, 'bad.mjs')
    writeFileSync(plugin, text)
    const custom = { plugin, headers: ['x-session'], timeout: 1000, path: ['identities', 'legacy'] }
    const authenticator = createAuthenticator({ legacy: { ...NO_METHOD, custom } }, { clock: Date.now, log: collectLog() })
    open.push(authenticator)
    expect(await authenticator.open()).toEqual([
      { path: ['identities', 'legacy', 'plugin'], fault: 'content', message: expect.stringContaining(why) },
    ])
  })

  test('one that is not there', async () => {
    const custom = { plugin: join(folder, 'none.mjs'), headers: ['x-session'], timeout: 1000, path: ['identities', 'legacy'] }
    const authenticator = createAuthenticator({ legacy: { ...NO_METHOD, custom } }, { clock: Date.now, log: collectLog() })
    expect(await authenticator.open()).toMatchObject([{ fault: 'environment', message: expect.stringContaining('none.mjs') }])
  })
})

test('what it prints stands in the log', async () => {
  const of = await setup({ body: "console.log('hello'); return { claims: {} }" })
  await of.ask(SESSION)
  await poll(() => of.log.lines).toEqual([expect.stringContaining('hello')])
})

test('one address does not use up the questions of a plug-in: another one is answered', async () => {
  const { authenticator } = await setup({
    body: `if (request.address === '192.0.2.1') await new Promise(() => {})
      return { claims: {} }`,
  })
  const from = async (sourceIp: string, session: string) =>
    await authenticator.authenticate({ ...requestWith(['x-session', session]), sourceIp }, fakePolicy())
  const flood = Array.from({ length: 1100 }, (_, i) => from('192.0.2.1', `s${i}`))
  expect(await Promise.all(flood.slice(500))).toMatchObject(Array.from({ length: 600 }, () => UNAVAILABLE))
  expect(await from('192.0.2.2', 'good')).toMatchObject({ kind: 'caller' })
})

test('the order of plug-ins is part of what a kept answer depends on: the first that knows a caller is believed', () => {
  const plugin = (name: string) => [name, { plugin: `/${name}.mjs`, headers: [], timeout: 1, path: [] }] as const
  const contextOf = (...names: readonly string[]) => custom.prepare(new Map(names.map(plugin)), methodDeps()).context
  expect(contextOf('a', 'b')).not.toBe(contextOf('b', 'a'))
})
