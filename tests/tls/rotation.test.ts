import { X509Certificate } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import type { Certified } from '../support/x509.ts'
import { ask, askOnce, open, shakeHands, shownTo } from './tls-client.ts'

const authority = testAuthority()
let upstream: TestUpstream
/** Looks at its files as often as each other proxy. */
let other: TestProxy

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    request.resume()
    response.end('fine')
  })
  other = await start()
})

afterAll(async () => {
  await other?.close()
  await upstream?.close()
})

/** Of the same name, each with a key and a time of its own. */
function generation(number: number): Certified {
  return authority.server([`g${number}.test`, 'app.test'], { to: 10 + number })
}

async function start(): Promise<TestProxy> {
  const first = generation(0)
  const listener = 'tls: { cert: a.pem, key: a.key }'
  return startTestProxy([upstream.origin], { listener, files: { 'a.pem': first.cert, 'a.key': first.key } })
}

const write = (app: TestProxy, name: string, text: string) => writeFileSync(join(app.folder, name), text)

async function loads(app: TestProxy, result: 'taken' | 'refused', place = 'listeners[0].tls'): Promise<number> {
  const text = await (await fetch(`${app.admin}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`iap_tls_loads_total{place="${place}",result="${result}"} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

/** Waits until a proxy beside it has looked at its files, twice: in that time another one, which looks as often, would have looked at its own. */
async function lookedAt(): Promise<void> {
  // Each is refused for another reason, or it would be told once.
  for (const text of ['', 'hello']) {
    const before = await loads(other, 'refused')
    write(other, 'a.pem', text)
    await eventually(async () => ((await loads(other, 'refused')) > before ? true : undefined))
  }
}

const shows = (app: TestProxy, name: string) =>
  eventually(async () => ((await shownTo(app.port, 'app.test')) === name ? true : undefined))

describe('a new pair', () => {
  test('is shown to who comes, and nobody who is there notices', async () => {
    const app = await start()
    const kept = await open(app.port)
    expect((await ask(kept)).status).toBe(200)
    const second = generation(1)
    write(app, 'a.pem', second.cert)
    write(app, 'a.key', second.key)
    await shows(app, 'g1.test')
    expect((await ask(kept)).status).toBe(200)
    // Who names no host has the default, which is another way through Node.
    expect(await shownTo(app.port, undefined)).toBe('g1.test')
    expect(await loads(app, 'taken')).toBe(1)
    const expiry = await app.metric('iap_tls_certificate_expiry_seconds{place="listeners[0].tls"}')
    expect(expiry).toBe(Date.parse(new X509Certificate(second.cert).validTo) / 1000)
    kept.close()
    await app.close()
  })

  test('is for the hosts that it names; what was connected keeps its own', async () => {
    const app = await start()
    const kept = await open(app.port)
    expect((await ask(kept)).status).toBe(200)
    const second = authority.server(['other.test'])
    write(app, 'a.pem', second.cert)
    write(app, 'a.key', second.key)
    await shows(app, 'other.test')
    expect((await ask(kept)).status).toBe(200)
    expect(await askOnce(app.port, { servername: 'app.test' })).toBe(421)
    kept.close()
    await app.close()
  })

  test.each<[string, Partial<Record<'cert' | 'key', string | null>>, RegExp]>([
    ['a certificate without its key', { cert: generation(1).cert }, /a\.pem` is not the certificate of its `key`/],
    ['half a certificate', { cert: generation(1).cert.slice(0, 300) }, /a\.pem` is cut off/],
    ['half a key', { key: generation(1).key.slice(0, 60) }, /a\.key` holds no private key/],
    ['an empty certificate', { cert: '' }, /a\.pem` is empty/],
    ['an empty key', { key: '' }, /a\.key` is empty/],
    ['no certificate', { cert: null }, /a\.pem` does not exist/],
    ['no key', { key: null }, /a\.key` does not exist/],
    ['something else', { cert: 'hello' }, /a\.pem` holds no certificate/],
    ['a certificate for nobody', authority.server([]), /a\.pem` names no host/],
  ])('%s is not taken, and told once', async (_, files, message) => {
    const app = await start()
    const before = { cert: generation(5), name: 'g5.test' }
    write(app, 'a.pem', before.cert.cert)
    write(app, 'a.key', before.cert.key)
    await shows(app, before.name)
    for (const [kind, text] of Object.entries(files)) {
      const name = kind === 'cert' ? 'a.pem' : 'a.key'
      if (text === null) rmSync(join(app.folder, name))
      else write(app, name, text)
    }
    await eventually(async () => ((await loads(app, 'refused')) > 0 ? true : undefined))
    expect(await askOnce(app.port, { servername: 'app.test' })).toBe(200)
    expect(await shownTo(app.port, 'app.test')).toBe(before.name)
    await lookedAt()
    const told = app.log.filter((line) => line.includes('new TLS files were refused'))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(message)
    expect(told[0]).not.toMatch(/[A-Za-z0-9+/]{60}/)
    // What is whole again is taken, without anybody's doing.
    const next = generation(6)
    write(app, 'a.pem', next.cert)
    write(app, 'a.key', next.key)
    await shows(app, 'g6.test')
    await app.close()
  })

  test('that has expired is taken with a warning, as a start would', async () => {
    const app = await start()
    const { cert, key } = authority.server(['old.test', 'app.test'], { from: -3, to: -2 })
    write(app, 'a.pem', cert)
    write(app, 'a.key', key)
    await shows(app, 'old.test')
    await eventually(() => app.log.find((line) => /warn .*a\.pem` expired on 2/.test(line)))
    await app.close()
  })

  test('is looked for no more when the proxy has ended', async () => {
    const app = await start()
    await app.proxy.close()
    const said = app.log.length
    write(app, 'a.pem', 'hello')
    await lookedAt()
    expect(app.log).toHaveLength(said)
    await app.close()
  })
})

const ROTATIONS = 12

test('no request is lost while files change, whole, in halves, and one before the other', async () => {
  const app = await start()
  const statuses = new Map<string, number>()
  const shown = new Set<string>()
  let running = true
  const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1)
  const answered = (kind: string) => statuses.get(`${kind}: 200 fine`) ?? 0
  const settle = async (client: RawClient, kind: string) => {
    const { status, body } = await ask(client)
    count(`${kind}: ${status} ${body}`)
  }
  const kept = Array.from({ length: 4 }, async () => {
    const client = await open(app.port)
    while (running) await settle(client, 'kept')
    client.close()
  })
  const fresh = Array.from({ length: 4 }, async () => {
    while (running) {
      try {
        const { socket, shown: name } = await shakeHands(app.port, {
          servername: 'app.test',
          ca: authority.cert,
          rejectUnauthorized: true,
        })
        shown.add(name)
        const client = new RawClient(socket)
        await settle(client, 'new')
        client.close()
      } catch (error) {
        count(`new: ${error}`)
      }
    }
  })
  for (let turn = 1; turn <= ROTATIONS; turn++) {
    const { cert, key } = generation(turn)
    /** Every other time, a state in between is there for long enough to be looked at. */
    const writeBetween = async (change: () => void) => {
      const before = await loads(app, 'refused')
      change()
      if (turn % 2 === 1) await eventually(async () => ((await loads(app, 'refused')) > before ? true : undefined))
    }
    if (turn % 3 === 0) {
      // By renaming, the key first.
      write(app, 'n.key', key)
      write(app, 'n.pem', cert)
      await writeBetween(() => renameSync(join(app.folder, 'n.key'), join(app.folder, 'a.key')))
      renameSync(join(app.folder, 'n.pem'), join(app.folder, 'a.pem'))
    } else {
      // In place, in halves.
      await writeBetween(() => write(app, 'a.pem', cert.slice(0, 400)))
      await writeBetween(() => write(app, 'a.pem', cert))
      await writeBetween(() => write(app, 'a.key', key.slice(0, 100)))
      write(app, 'a.key', key)
    }
    await shows(app, `g${turn}.test`)
    // Under load, however fast the machine is.
    await eventually(() => (Math.min(answered('kept'), answered('new')) > 45 * turn ? true : undefined))
  }
  running = false
  await Promise.all([...kept, ...fresh])
  const total = [...statuses.values()].reduce((a, b) => a + b, 0)
  console.log(
    `${total} requests over ${ROTATIONS} rotations: ${JSON.stringify([...statuses])}, ${shown.size} certificates, ${await loads(app, 'refused')} states refused`,
  )
  expect([...statuses.keys()].sort()).toEqual(['kept: 200 fine', 'new: 200 fine'])
  expect(Math.min(answered('kept'), answered('new'))).toBeGreaterThan(500)
  expect(shown.size).toBeGreaterThan(ROTATIONS / 2)
  expect(await loads(app, 'taken')).toBe(ROTATIONS)
  expect(await loads(app, 'refused')).toBeGreaterThan(0)
  await app.close()
})
