import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { manualClock } from '../../../tests/support/identity.ts'
import { poll } from '../../../tests/support/until.ts'
import { StoreUnavailable } from '../../base/errors.ts'
import { FileLock } from './file-lock.ts'
import { RevocationStateError } from './log-lines.ts'
import { OwnRevocations } from './own-revocations.ts'
import { type Change, MOST_REVOCATIONS, newRevocation, type Revocation } from './revocation.ts'
import { RevocationLog } from './revocation-log.ts'

let folder: string
let file: string
const clock = manualClock()
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'iap-revocations-')), 'state')
  file = join(folder, 'revocations.jsonl')
})
const opened: OwnRevocations[] = []
afterEach(async () => {
  for (const keeper of opened.splice(0)) await keeper.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

function revocation(subject: string, changes: Partial<Revocation> = {}): Revocation {
  const now = clock()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now, ...changes })
}

async function open(): Promise<OwnRevocations> {
  const keeper = await OwnRevocations.open(folder, clock)
  opened.push(keeper)
  return keeper
}
const subjectsOf = ({ standing }: { standing: readonly Revocation[] }) =>
  standing.map(({ what }) => ('subject' in what ? what.subject : what.kind))
/** What a proxy that starts now would know. */
const kept = async () => subjectsOf({ standing: (await open()).standing().list })

test('what is revoked stays so over a restart, in a file of its owner alone', async () => {
  const one = revocation('ann')
  const kinds: Revocation[] = [
    { ...revocation('x'), what: { kind: 'session', id: 'a' }, before: null },
    { ...revocation('x'), what: { kind: 'credential', id: 'a' }, before: null },
    { ...revocation('x'), what: { kind: 'identity', identity: 'staff' }, reason: 'a "reason"\n' },
    { ...revocation('x'), what: { kind: 'provider-session', identity: 'staff', sid: 'a', subject: null } },
  ]
  const keeper = await open()
  expect(existsSync(file)).toBe(false)
  expect(await keeper.add([one, ...kinds], null, 'operator')).toBe('added')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await open()).standing()).toEqual({ list: [one, ...kinds], hears: true })
  expect(await keeper.remove(one.id)).toEqual(one)
  expect(await keeper.remove(one.id)).toBeNull()
  expect((await open()).standing().list).toEqual(kinds)
})

test('one that says as much and more takes the place of one before; what is over goes; listeners are told', async () => {
  const changes: Change[] = []
  const keeper = new OwnRevocations(clock)
  keeper.listen({ changed: (change) => changes.push(change), hears: () => {} })
  const [first, short] = [revocation('ann'), revocation('ben', { until: clock() + 1 })]
  await keeper.add([first, short], null, 'operator')
  clock.advance(10)
  const [earlier, later] = [revocation('ann', { before: 0 }), revocation('ann')]
  await keeper.add([earlier], null, 'operator')
  await keeper.add([later], null, 'operator')
  expect(keeper.standing().list).toEqual([later])
  expect(changes).toEqual([
    { added: [first, short], removed: [] },
    { added: [earlier], removed: [short.id] },
    { added: [later], removed: [first.id, earlier.id] },
  ])
})

test('what may come once', async () => {
  const keeper = new OwnRevocations(clock)
  const once = { key: 'k', ms: 1000 }
  expect(await keeper.add([revocation('ann')], once, 'event')).toBe('added')
  expect(await keeper.add([revocation('ann')], once, 'event')).toBe('known')
  expect(await keeper.add([revocation('ann')], { ...once, key: 'l' }, 'event')).toBe('added')
  clock.advance(1000)
  expect(await keeper.add([revocation('ann')], once, 'event')).toBe('added')
})

describe('there is an end to how many there are', () => {
  const by = (sender: string, i: number) => revocation(`${sender} ${i}`, { by: `events of ${sender}` })
  async function fill(keeper: OwnRevocations, sender: string): Promise<number> {
    for (let i = 0; ; i += 100) {
      const some = Array.from({ length: 100 }, (_, j) => by(sender, i + j))
      if ((await keeper.add(some, null, 'event')) === 'full') return i
    }
  }

  test('an operator can still revoke when events have used up their part, and events cannot when operators have', async () => {
    const keeper = new OwnRevocations(clock)
    expect(await fill(keeper, 'staff')).toBe(87_500)
    expect(await keeper.add([by('staff', -1)], { key: 'k', ms: 1000 }, 'event')).toBe('full')
    const reserve = MOST_REVOCATIONS.operator - keeper.size
    const all = Array.from({ length: reserve }, (_, i) => revocation(`operator ${i}`))
    expect(await keeper.add(all, null, 'operator')).toBe('added')
    expect(await keeper.add([revocation('one more')], null, 'operator')).toBe('full')
    // It is not remembered as one that has come, and one that says the same and more needs no room.
    expect(await keeper.add([revocation('operator 0')], { key: 'k', ms: 1000 }, 'operator')).toBe('added')
    clock.advance(60_000)
    while (keeper.size > 1) await keeper.add([revocation('room')], null, 'operator')
    expect(keeper.standing().list.length).toBe(1)
  })

  test('one sender does not use up the room of another', async () => {
    const keeper = new OwnRevocations(clock)
    await fill(keeper, 'staff')
    expect(await fill(keeper, 'partners')).toBeGreaterThan(5000)
    expect(await keeper.add([by('guests', 0)], null, 'event')).toBe('added')
  })
})

describe('two processes on one file, as where a new version is started beside an old one', () => {
  test('take what the other has written', async () => {
    const [old, next] = [await open(), await open()]
    const heard: Change[] = []
    next.listen({ changed: (change) => heard.push(change), hears: () => {} })
    const [one, two] = [revocation('ann'), revocation('ben')]
    await old.add([one], null, 'operator')
    await next.add([two], null, 'operator')
    expect(next.standing().list).toEqual([one, two])
    expect(heard.flatMap(({ added }) => added)).toEqual([one, two])
    await poll(() => old.standing().list).toEqual([one, two])
  })

  test('a change is not acknowledged while another process rewrites the file without it', async () => {
    const keeper = await open()
    await keeper.add([revocation('ann')], null, 'operator')
    const lock = await FileLock.take(`${file}.lock`, `${file}.0.tmp`)
    const read = readFileSync(file)
    let isAcknowledged = false
    const one = revocation('ben')
    const adding = keeper.add([one], null, 'operator').finally(() => {
      isAcknowledged = true
    })
    await poll(() => readFileSync(file, 'utf8').includes(one.id)).toBe(true)
    writeFileSync(`${file}.new`, read)
    renameSync(`${file}.new`, file)
    expect(isAcknowledged).toBe(false)
    await lock?.release()
    expect(await adding).toBe('added')
    expect(await kept()).toEqual(['ann', 'ben'])
  })

  test('lose nothing that both add, take back and write anew at once', async () => {
    const keepers = [await open(), await open()]
    const { log } = await RevocationLog.open(folder)
    const rewriting = (async () => {
      for (let i = 0; i < 20; i++) {
        const all = new Map<string, Revocation>()
        for (const { added, removed } of await log.reload()) {
          for (const each of added) all.set(each.id, each)
          for (const id of removed) all.delete(id)
        }
        await log.rewrite(all.values())
      }
    })()
    await Promise.all(
      keepers.map(async (keeper, at) => {
        for (let i = 0; i < 100; i++) {
          const [gone, stays] = [revocation(`${at} ${i} gone`), revocation(`${at} ${i}`)]
          await keeper.add([gone], null, 'operator')
          await Promise.all([keeper.add([stays], null, 'event'), keeper.remove(gone.id)])
        }
      }),
    )
    await rewriting
    await log.close()
    const expected = [0, 1].flatMap((at) => Array.from({ length: 100 }, (_, i) => `${at} ${i}`))
    expect((await kept()).sort()).toEqual(expected.sort())
  })
})

describe('a revocation that is made again', () => {
  test('stays', async () => {
    const one = revocation('ann')
    const [keeper, other] = [await open(), await open()]
    for (let i = 0; i < 2; i++) expect(await keeper.add([one], null, 'operator')).toBe('added')
    expect(await kept()).toEqual(['ann'])
    await poll(() => other.standing().list).toEqual([one])
  })

  test('counts when one line of the file removes and adds it', async () => {
    const [ann, ben] = [revocation('ann'), revocation('ben')]
    const keeper = await open()
    await keeper.add([ann], null, 'operator')
    const text = `${readFileSync(file, 'utf8')}${JSON.stringify({ added: [ann, ben], removed: [ann.id] })}\n`
    // In another file: all of it is read again.
    rmSync(file)
    writeFileSync(file, text)
    await poll(() => subjectsOf({ standing: keeper.standing().list })).toEqual(['ann', 'ben'])
    writeFileSync(join(folder, 'revocations.json'), JSON.stringify({ version: 1, revocations: [] }))
    expect(await kept()).toEqual(['ann', 'ben'])
    expect(await kept()).toEqual(['ann', 'ben'])
  })
})

test('a revocation that was taken back stays so if a process that replaces the file copies it afterwards', async () => {
  const ann = revocation('ann')
  const keeper = await open()
  await keeper.add([ann], null, 'operator')
  const [header = ''] = readFileSync(file, 'utf8').split('\n')
  const lines = [header, JSON.stringify({ added: [], removed: [ann.id] }), JSON.stringify({ added: [ann], removed: [] })]
  rmSync(file)
  writeFileSync(file, `${lines.join('\n')}\n`)
  expect(await kept()).toEqual([])
  await poll(() => keeper.standing().list).toEqual([])
})

test('a change does not wait for a disk that does not answer', async () => {
  const keeper = await open()
  let answer = () => {}
  vi.spyOn(RevocationLog.prototype, 'append').mockImplementation(() => new Promise((resolve) => (answer = () => resolve(true))))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const changes = (['operator', 'operator', 'event'] as const).map((from) => keeper.add([revocation('ann')], null, from))
    const settled = Promise.allSettled([...changes, keeper.remove('an id')])
    await vi.advanceTimersByTimeAsync(5000)
    for (const change of await settled)
      expect(change).toMatchObject({
        reason: new StoreUnavailable(
          'the disk did not take a change of revocations within 5 s; the change may still take effect',
        ),
      })
  } finally {
    vi.useRealTimers()
    vi.restoreAllMocks()
    answer()
  }
})

describe('a crash', () => {
  test('in the middle of a line: that change was never acknowledged, and all before it counts, and all after', async () => {
    await (await open()).add([revocation('ann')], null, 'operator')
    const whole = statSync(file).size
    await (await open()).add([revocation('ben')], null, 'operator')
    truncateSync(file, whole + Math.floor((statSync(file).size - whole) / 2))
    const keeper = await open()
    expect(keeper.standing().list.length).toBe(1)
    await keeper.add([revocation('cem')], null, 'operator')
    expect(await kept()).toEqual(['ann', 'cem'])
  })

  test('in the middle of marking a line that was cut off: the file can be read, and written on', async () => {
    await (await open()).add([revocation('ann')], null, 'operator')
    const whole = statSync(file).size
    await (await open()).add([revocation('ben')], null, 'operator')
    truncateSync(file, whole + Math.floor((statSync(file).size - whole) / 2))
    const torn = statSync(file).size
    await (await open()).add([revocation('cem')], null, 'operator')
    const text = readFileSync(file)
    for (let size = torn; size < text.length; size += size < torn + 20 ? 1 : 17) {
      writeFileSync(file, text.subarray(0, size))
      const keeper = await open()
      expect(subjectsOf({ standing: keeper.standing().list })).toEqual(['ann'])
      await keeper.add([revocation('dua')], null, 'operator')
      await keeper.close()
      expect(await kept()).toEqual(['ann', 'dua'])
    }
  })

  test('at each byte of a file that is written leaves all that was acknowledged, and nothing half', async () => {
    const [first, second] = [
      [revocation('ann'), revocation('ann 2')],
      [revocation('ben'), revocation('ben 2')],
    ]
    await (await open()).add(first, null, 'operator')
    const whole = statSync(file).size
    await (await open()).add(second, null, 'operator')
    const text = readFileSync(file)
    for (let size = whole; size <= text.length; size += 7) {
      writeFileSync(file, text.subarray(0, size))
      expect([2, 4]).toContain((await kept()).length)
    }
  })

  test('while the file is written anew leaves the old one, and the next rewriting is not held up for long', async () => {
    const keeper = await open()
    await keeper.add([revocation('ann')], null, 'operator')
    writeFileSync(`${file}.0123.tmp`, '{"version":2}\n{"added":[')
    writeFileSync(`${file}.lock`, '')
    expect(await kept()).toEqual(['ann'])
    await keeper.add([revocation('ben')], null, 'operator')
    expect(await kept()).toEqual(['ann', 'ben'])
  })
})

test('the file does not grow with what is over: it is written anew, and what counts is in it', async () => {
  const keeper = await open()
  await keeper.add([revocation('ann')], null, 'operator')
  for (let i = 0; i < 15; i++) {
    const many = Array.from({ length: 100 }, (_, j) => revocation(`${i} ${j}`, { until: clock() + 1 }))
    await keeper.add(many, null, 'event')
    clock.advance(10)
  }
  const before = statSync(file).size
  await poll(() => statSync(file).size).toBeLessThan(before / 3)
  await keeper.add([revocation('ben')], null, 'operator')
  expect(await kept()).toEqual(expect.arrayContaining(['ann', 'ben']))
})

test('a file that is gone takes nothing back: the next change is written with all again', async () => {
  const keeper = await open()
  await keeper.add([revocation('ann')], null, 'operator')
  rmSync(file)
  await keeper.add([revocation('ben')], null, 'operator')
  expect(await kept()).toEqual(['ann', 'ben'])
})

test('the file of versions before is taken over', async () => {
  const [one, two] = [revocation('ann'), revocation('ben')]
  mkdirSync(folder)
  const earlier = join(folder, 'revocations.json')
  writeFileSync(earlier, JSON.stringify({ version: 1, revocations: [one] }))
  expect(await kept()).toEqual(['ann'])
  expect(existsSync(earlier)).toBe(false)
  // An older version that still ran meanwhile.
  writeFileSync(earlier, JSON.stringify({ version: 1, revocations: [one, two] }))
  expect(await kept()).toEqual(['ann', 'ben'])
  writeFileSync(earlier, '{')
  await expect(open()).rejects.toThrow(RevocationStateError)
})

test('the file of versions before is taken over although a process died while it rewrote the current one', async () => {
  await (await open()).add([revocation('ann')], null, 'operator')
  writeFileSync(`${file}.lock`, '')
  utimesSync(`${file}.lock`, 0, 0)
  const earlier = join(folder, 'revocations.json')
  writeFileSync(earlier, JSON.stringify({ version: 1, revocations: [revocation('ben')] }))
  expect(await kept()).toEqual(['ann', 'ben'])
  expect(existsSync(earlier)).toBe(false)
  expect(await kept()).toEqual(['ann', 'ben'])
})

const line = (change: object) => `{"version":2}\n${JSON.stringify({ added: [], removed: [], ...change })}\n`
test.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['another version', '{"version":3}\n'],
  ['a line that is cut off in the middle', `${line({}).slice(0, -5)}\n${line({}).slice(14)}`],
  ['a last line that is no change', line({ added: null })],
  ['an unknown kind', line({ added: [{ ...revocation('a'), what: { kind: 'all' } }] })],
  ['a kind that every object has', line({ added: [{ ...revocation('a'), what: { kind: 'toString' } }] })],
  ['a time that is none', line({ added: [{ ...revocation('a'), until: null }] })],
])('a file with %s is not overwritten, and nobody goes on', async (_, text) => {
  mkdirSync(folder)
  writeFileSync(file, text)
  await expect(open()).rejects.toThrow(RevocationStateError)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('what cannot be written is not revoked', async () => {
  const keeper = await open()
  if (process.geteuid?.() === 0) rmSync(folder, { recursive: true })
  else chmodSync(folder, 0o500)
  await expect(keeper.add([revocation('ann')], null, 'operator')).rejects.toThrow()
  expect(keeper.standing().list).toEqual([])
})
