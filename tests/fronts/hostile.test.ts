/**
 * Asking proxies that break off, repeat, contradict themselves, ask too much or may not ask, at the real program with two workers.
 * Whatever they do, no check gets a wrong permit, those of others are answered, and no memory stays taken.
 */
import { spawnSync } from 'node:child_process'
import { connect as connectTls } from 'node:tls'
import { type Client, credentials, status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { askCheck, CheckRequest, callCheck, checkClient, checkOf, grpcCodeOf } from '../support/check-client.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { breakOff, grpcAsker, httpAsker, outcomeOfAnswer, STAGES, textOf } from './hostile/askers.ts'
import { nextCheck, permitted, policyAt, startLoad, Tally } from './hostile/checks.ts'
import { EDGE, type HostileStage, openHostileStage } from './hostile/hostile-stage.ts'

const isFull = process.env.IAP_FULL === '1'
const MIB = 2 ** 20
/** The full sizes take minutes. */
const LONG = { timeout: isFull ? 1_800_000 : 300_000 }

let stage: HostileStage

beforeAll(async () => {
  stage = await openHostileStage()
  stage.configure()
  await stage.start()
})

afterAll(() => stage?.remove())

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

const clients: Client[] = []

function clientOf(listener: 'extAuthz' | 'foreignGrpc'): Client {
  const client = checkClient(stage.target(listener))
  clients.push(client)
  return client
}

const http = () => httpAsker(stage.to('forwardAuth'))
const grpc = () => grpcAsker(stage.target('extAuthz'))

/** Waits until each of these checks has one record. Of those that `maybe` has, none may have two. */
async function oneRecordEach(paths: ReadonlySet<string>, maybe: ReadonlySet<string> = new Set()): Promise<void> {
  const counted = () => {
    const counts = new Map<string, number>()
    for (const { rawPath } of stage.records())
      if (rawPath !== null && (paths.has(rawPath) || maybe.has(rawPath))) counts.set(rawPath, (counts.get(rawPath) ?? 0) + 1)
    return counts
  }
  const counts = await eventually(
    () => {
      const found = counted()
      return [...paths].every((path) => found.has(path)) ? found : undefined
    },
    () => `${[...paths].filter((path) => !counted().has(path)).length} of ${paths.size} checks have no record`,
  )
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([])
}

describe('a peer that may not ask', () => {
  test('by its address, its certificate or as another user gets no answer and no record', async () => {
    const before = stage.records().length
    expect(await grpcCodeOf(askCheck(clientOf('foreignGrpc')))).toBe(status.UNAVAILABLE)
    const client = new RawClient(stage.to('foreignHttp').port)
    client.send(textOf(permitted()))
    expect(await client.rest()).toBe('')
    for (const id of [null, 'spiffe://shop.example/other']) {
      expect(await grpcCodeOf(askCheck(tlsClient(id)))).toBe(status.UNAVAILABLE)
      expect(await askTls(id)).toBe('403 undefined')
    }
    expect((await askCheck(tlsClient(EDGE), checkOf({}, '/open/x'))).status.code).toBe(0)
    expect(await askTls(EDGE)).toBe('permitted')
    await eventually(() => stage.records().length >= before + 2 || undefined)
    expect(stage.records()).toHaveLength(before + 2)
  })

  test.runIf(process.getuid?.() === 0)('of the machine cannot connect to a Unix socket of mode 0600', () => {
    const script = `require('node:net').connect(${JSON.stringify(stage.socket)}).on('error', ({ code }) => console.log(code)).on('connect', () => { console.log('connected'); process.exit() })`
    const by = (uid: number) => spawnSync(process.execPath, ['-e', script], { uid, encoding: 'utf8', cwd: '/' }).stdout.trim()
    expect([by(65_534), by(0)]).toEqual(['EACCES', 'connected'])
  })
})

function tlsClient(id: string | null) {
  const [key, cert] = id === null ? [null, null] : pairOf(id)
  const secured = credentials.createSsl(Buffer.from(stage.authority), key, cert)
  const client = checkClient(stage.target('tlsGrpc').replace('127.0.0.1', 'localhost'), secured)
  clients.push(client)
  return client
}

function pairOf(id: string): [Buffer, Buffer] {
  const { key, cert } = stage.people.svid(id)
  return [Buffer.from(key), Buffer.from(cert)]
}

async function askTls(id: string | null): Promise<string> {
  const pair = id === null ? {} : stage.people.svid(id)
  const { port } = stage.to('tlsHttp')
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, servername: 'iap.test', ...pair })
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  const client = new RawClient(socket)
  client.send(textOf(permitted()))
  const answer = await client.response()
  client.close()
  return outcomeOfAnswer(answer)
}

describe('a check that contradicts itself', () => {
  const line = (key: string, value: string) => ({ key, value })
  const grpcCases = {
    'two hosts': { headers: [line('host', 'other.test'), line('accept', '*/*')] },
    'another method in a pseudo-header': { headers: [line(':method', 'POST')] },
    'another path in a pseudo-header': { headers: [line(':path', '/shut/x')] },
    'a second path': { headers: [line(':path', '/open/x'), line(':path', '/shut/x')] },
    'another query': { headers: [line('a', 'b')], query: 'x=1' },
    'raw and merged headers': { headers: [line('a', 'b')], headerMap: { headers: [line('a', 'b')] } },
    'a header of the connection': { headers: [line('connection', 'x-tenant')] },
    'no scheme': { headers: [line('a', 'b')], scheme: '' },
  }

  test.each(Object.entries(grpcCases))('by gRPC, %s: refused, and recorded', async (_, changes) => {
    const before = stage.records().length
    const response = await askCheck(clientOf('extAuthz'), checkOf(changes, '/open/x'))
    expect(response).toMatchObject({ status: { code: 7 }, deniedResponse: { status: { code: 400 } } })
    await eventually(() => stage.records().length > before || undefined)
    expect(stage.records().slice(before)).toMatchObject([{ effect: 'reject', status: 400 }])
  })

  const head = textOf(permitted('/open/x')).trimEnd()
  test.each([
    ['two paths', `${head}\nX-Forwarded-Uri: /shut/x`, 'check-header-repeated'],
    ['two methods', `${head}\nX-Forwarded-Method: POST`, 'check-header-repeated'],
    ['two hosts', `${head}\nX-Forwarded-Host: other.test`, 'check-header-repeated'],
    ['no client', head.replace(/\nX-Forwarded-For.*/, ''), 'check-header-missing'],
    ['a header of the connection', `${head}\nConnection: x-tenant`, 'check-header-invalid'],
    ['another protocol', `${head}\nConnection: upgrade\nUpgrade: h2c`, 'check-header-invalid'],
  ])('by HTTP, %s: refused, and recorded', async (_, text, code) => {
    const before = stage.records().length
    const client = new RawClient(stage.to('forwardAuth').port)
    client.send(`${text}\n\n`)
    const answer = await client.response()
    client.close()
    expect([answer.status, answer.get('x-iap-error')]).toEqual([400, code])
    await eventually(() => stage.records().length > before || undefined)
    expect(stage.records().slice(before)).toMatchObject([{ effect: 'reject', code }])
  })
})

describe('bodies', () => {
  test('a message of 10 MB is refused with a line in the log, and others are answered', async () => {
    const client = clientOf('extAuthz')
    const long = checkOf({ method: 'POST', rawBody: Buffer.alloc(10_000_000) }, '/orders/long')
    expect(await grpcCodeOf(askCheck(client, long))).toBe(status.RESOURCE_EXHAUSTED)
    expect((await askCheck(client, checkOf({}, '/open/x'))).status.code).toBe(0)
    await stage
      .proxy()
      .line(/a check could not be read, so it was refused source=\S+ reason="the message has \d+ bytes, more than/)
  })

  test('that are cut are not read by rules', async () => {
    const client = clientOf('extAuthz')
    const lines = (length: number) =>
      Object.entries({ 'content-type': 'application/json', 'content-length': `${length}` }).map(([key, value]) => ({
        key,
        value,
      }))
    const rawBody = Buffer.from('{"amount":1}')
    const ask = (length: number) => askCheck(client, checkOf({ method: 'POST', headers: lines(length), rawBody }, '/orders/cut'))
    expect((await ask(12)).status.code).toBe(0)
    for (const length of [11, 13, 1_000_000]) expect((await ask(length)).deniedResponse?.status.code).toBe(413)
  })

  test('more than there is memory for are refused, and checks without are answered meanwhile', async () => {
    const [connections, streams] = isFull ? [6, 60] : [1, 32]
    const resident = await stage.residentNow()
    const before = resident()
    const bytes = CheckRequest.encode(checkOf({ method: 'POST', rawBody: Buffer.alloc(4_000_000) }, '/open/long')).finish()
    const askers = Array.from({ length: connections }, () => clientOf('extAuthz'))
    let isOver = false
    let most = 0
    const watching = (async () => {
      while (!isOver) {
        most = Math.max(most, resident())
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
    const load = startLoad([grpc(), http()])
    const calls = askers.flatMap((client) => Array.from({ length: streams }, () => callCheck(client, bytes).response))
    const codes = await Promise.all(calls.map((call) => grpcCodeOf(call)))
    const { wrong } = await load.stop()
    isOver = true
    await watching
    const counts = Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((each) => each === code).length]))
    const mib = (of: number) => (of / MIB).toFixed(0)
    console.log(
      `${calls.length} messages of 4 MB: ${JSON.stringify(counts)}; workers ${mib(before)} MiB before, ${mib(most)} at most`,
    )
    expect(wrong).toEqual([])
    expect(Object.keys(counts).filter((code) => code !== '0' && code !== '8')).toEqual([])
    expect(counts[status.OK] ?? 0).toBeGreaterThan(0)
    expect(counts[status.RESOURCE_EXHAUSTED] ?? 0).toBeGreaterThan(0)
    // 100 MiB are for checks in each of two workers, which garbage collection may lag behind.
    expect(most - before).toBeLessThan(600 * MIB)
  })
})

describe('many checks', () => {
  test('at once over gRPC: each is decided, and has one record', async () => {
    const [connections, each] = isFull ? [50, 200] : [4, 25]
    const askers = Array.from({ length: connections }, grpc)
    const tally = new Tally()
    await Promise.all(
      askers.flatMap((asker) =>
        Array.from({ length: each }, async () => {
          const check = nextCheck()
          tally.note(check, await asker.ask(check))
        }),
      ),
    )
    for (const asker of askers) asker.close()
    expect(tally.wrong).toEqual([])
    await oneRecordEach(tally.answered)
  })

  test('over as many connections of HTTP/1.1 that are kept: each is decided, and has one record', async () => {
    const count = isFull ? 10_000 : 80
    const askers = Array.from({ length: count }, http)
    const tally = new Tally()
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        askers.map(async (asker) => {
          const check = nextCheck()
          tally.note(check, await asker.ask(check))
        }),
      )
    }
    for (const asker of askers) asker.close()
    expect(tally.wrong).toEqual([])
    await oneRecordEach(tally.answered)
  })

  test('of which half are cancelled, at all stages: the others are decided, and none has two records', async () => {
    const tally = new Tally()
    const cancelled = await cancelSome(isFull ? 5000 : 80, tally)
    expect(tally.wrong).toEqual([])
    await oneRecordEach(tally.answered, cancelled)
  })
})

/** Asks so many checks, and as many that are cancelled after a moment. Returns the paths of the latter. */
async function cancelSome(count: number, tally: Tally): Promise<ReadonlySet<string>> {
  const askers = [grpc(), grpc(), grpc(), grpc()]
  const cancelled = new Set<string>()
  const asked: Promise<unknown>[] = []
  for (let at = 0; at < count; at++) {
    const asker = askers[at % askers.length] as ReturnType<typeof grpc>
    const kept = nextCheck()
    asked.push(asker.ask(kept).then((outcome) => tally.note(kept, outcome)))
    const gone = nextCheck()
    cancelled.add(gone.path)
    const { outcome, cancel } = asker.start(gone)
    asked.push(outcome)
    if (at % 3 === 0) setImmediate(cancel)
    else setTimeout(cancel, at % 7)
    const broken = { ...nextCheck(), method: 'POST', body: '{"amount":1}' }
    cancelled.add(broken.path)
    asked.push(breakOff(stage.to('forwardAuth'), broken, STAGES[at % STAGES.length] as (typeof STAGES)[number]))
    if (at % 100 === 99) await Promise.all(asked.splice(0))
  }
  await Promise.all(asked)
  for (const asker of askers) asker.close()
  return cancelled
}

test('what many rounds of it leave behind does not grow', LONG, async () => {
  const round = async () => {
    await cancelSome(isFull ? 100 : 30, new Tally())
    const load = startLoad([grpc(), http(), grpc(), http()])
    await load.more(isFull ? 200 : 60)
    await load.stop()
  }
  const connected = async () => (await stage.proxy().workers()).reduce((sum, { connections }) => sum + connections, 0)
  const settle = () => eventually(async () => (await connected()) === 0 || undefined, 'connections stay open')
  for (let warm = 0; warm < 2; warm++) await round()
  await settle()
  const before = await stage.held()
  for (let rest = isFull ? 40 : 2; rest > 0; rest--) await round()
  await settle()
  const after = await stage.held()
  console.log(`held before and after: ${JSON.stringify([before, after])}`)
  for (const one of after) {
    const first = before.find(({ pid }) => pid === one.pid)
    expect(first).toBeDefined()
    for (const name of ['timers', 'functions', 'emitters'] as const)
      expect([name, one[name] <= (first?.[name] ?? 0) * 1.1 + 64]).toEqual([name, true])
    expect(one.heap - (first?.heap ?? 0)).toBeLessThan((isFull ? 4 : 2) * MIB + 0.1 * (first?.heap ?? 0))
  }
})

test('no check fails while the workers are replaced', LONG, async () => {
  const load = startLoad([...Array.from({ length: 6 }, grpc), ...Array.from({ length: 6 }, http)])
  for (let at = 0; at < (isFull ? 20 : 1); at++) {
    const after = stage.proxy().said().length
    stage.configure(900 + at)
    stage.proxy().child.kill('SIGHUP')
    await stage.proxy().line(/the new configuration is active/, after)
    await load.more(60)
  }
  const { wrong, answered } = await load.stop()
  expect(wrong).toEqual([])
  await oneRecordEach(answered)
})

test('a restart under load: no wrong permit, and checks are answered again after it', async () => {
  const restart = async () => {
    const running = stage.proxy()
    running.child.kill('SIGTERM')
    expect(await running.ended).toBe(0)
  }
  // The ports are others after the restart, as in a fleet.
  const before = startLoad([...Array.from({ length: 4 }, grpc), ...Array.from({ length: 4 }, http)], (outcome) =>
    outcome.startsWith('failed'),
  )
  await before.more(80)
  await restart()
  const { wrong, answered } = await before.stop()
  expect(wrong).toEqual([])
  await stage.start()
  const again = startLoad([grpc(), http()])
  await again.more(40)
  expect((await again.stop()).wrong).toEqual([])
  await oneRecordEach(answered)
})

test('reloads of the policy under load: each check is decided by the policy of its record', LONG, async () => {
  const reloads = isFull ? 1000 : 4
  const bundles = await Promise.all(['a', 'b'].map((turn) => compilePolicy(policyAt(turn), { signers: [testSigner] })))
  const own = 'clients: [{ address: 127.0.0.1 }]'
  const app = await startTestProxy(['http://127.0.0.1:9'], {
    policy: policyAt('a'),
    listener: `}, { address: "127.0.0.1:0", protocol: ext-authz, ${own} },
      { address: "127.0.0.1:0", protocol: forward-auth, original: x-forwarded, ${own}`,
  })
  try {
    const [, first = '', second = ''] = app.proxy.addresses
    const askers = [grpcAsker(new URL(first).host), httpAsker({ host: '127.0.0.1', port: Number(new URL(second).port) })]
    const turns = new Map<string, string>()
    let isOver = false
    const asking = askers.map(async (asker, at) => {
      for (let number = 0; !isOver; number++) {
        const path = `/turns/${'ab'[number % 2]}/${at}-${number}`
        turns.set(path, await asker.ask({ ...permitted(path) }))
      }
      asker.close()
    })
    const revisions = new Map<string, string>()
    for (let at = 0; at < reloads; at++) {
      await app.proxy.reload(bundles[(at + 1) % 2] as Uint8Array)
      revisions.set(app.proxy.status().active?.revision ?? '', 'ab'[(at + 1) % 2] as string)
    }
    isOver = true
    await Promise.all(asking)
    const records = (await app.audit(turns.size)).filter(({ rawPath }) => turns.has(rawPath ?? ''))
    expect(records).toHaveLength(turns.size)
    const wrong = records.filter(({ rawPath, revision, effect }) => {
      const isInTurn = rawPath?.split('/')[2] === revisions.get(revision ?? '')
      const outcome = turns.get(rawPath ?? '')
      return effect !== (isInTurn ? 'permit' : 'deny') || outcome !== (isInTurn ? 'permitted' : '403 denied')
    })
    expect(wrong).toEqual([])
    expect(new Set(turns.values())).toEqual(new Set(['permitted', '403 denied']))
  } finally {
    await app.close()
  }
})
