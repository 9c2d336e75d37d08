import { afterEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'

/** How requests are shared among the addresses of a service, counted by them. */
let services: RawService[]
let app: TestProxy

afterEach(async () => {
  await app?.close()
  await Promise.all(services.map((service) => service.close()))
})

async function start(count: number, service: string): Promise<void> {
  services = await Promise.all(Array.from({ length: count }, (_, i) => startRawService(({ answer }) => answer(String(i)))))
  app = await startTestProxy(
    services.map(({ origin }) => origin),
    { service },
  )
}

const counts = () => services.map(({ requests }) => requests.length)

test('round-robin: equal shares', async () => {
  await start(4, 'balance: round-robin')
  for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 8 }, () => ask(app.port, 'GET /open/x')))
  expect(counts()).toEqual([100, 100, 100, 100])
})

test('least-requests: a slow address gets as many as it can do', async () => {
  await start(3, 'balance: least-requests')
  const [slow] = services as [RawService]
  const waiting: (() => void)[] = []
  slow.serve = ({ answer }) => void waiting.push(() => answer('slow'))
  const isOver = () => counts().reduce((sum, count) => sum + count) >= 400
  const client = async () => {
    while (!isOver()) {
      await ask(app.port, 'GET /open/x')
      if (isOver()) for (const answer of waiting.splice(0)) answer()
    }
  }
  await Promise.all([client(), client(), client(), client()])
  const [some = 0, second = 0, third = 0] = counts()
  // In turn it would have a third, and hold up the other two; it answers none before the others have answered all of theirs.
  expect(some).toBeLessThanOrEqual(3)
  expect(Math.abs(second - third)).toBeLessThan((second + third) / 5)
})

test('subject: a caller always comes to the same address, and callers are shared', async () => {
  await start(4, 'balance: subject')
  const home = new Map<string, string>()
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 60; i++) {
      const sub = `user${i}`
      const { body } = await ask(app.port, 'GET /users/x', [`Authorization: ${app.bearer({ sub, jti: String(round) })}`])
      expect(home.get(sub) ?? body).toBe(body)
      home.set(sub, body)
    }
  }
  const callers = services.map((_, i) => [...home.values()].filter((each) => each === String(i)).length)
  for (const count of callers) expect(count).toBeGreaterThan(4)
  // Nobody in particular: in turn.
  const before = counts()
  for (let i = 0; i < 40; i++) await ask(app.port, 'GET /open/x')
  expect(counts().map((count, i) => count - (before[i] as number))).toEqual([10, 10, 10, 10])
})

test('subject: who is at home where nobody answers is served elsewhere', async () => {
  await start(3, 'balance: subject, eject: { failures: 1, time: 1h }')
  const bearers = Array.from({ length: 30 }, (_, i) => app.bearer({ sub: `user${i}` }))
  const bodies = async () => {
    const all: string[] = []
    for (const bearer of bearers) all.push((await ask(app.port, 'GET /users/x', [`Authorization: ${bearer}`])).body)
    return all
  }
  const before = await bodies()
  await services[1]?.close()
  const after = await bodies()
  expect(after.every((body) => body === '0' || body === '2')).toBe(true)
  expect(after.filter((body, i) => before[i] !== '1' && body !== before[i])).toEqual([])
})
