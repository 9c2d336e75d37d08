import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { inOrder } from '../../cli/audit/log-files.ts'
import { type AuditConfig, openAuditLog } from '../../runtime/telemetry/audit/index.ts'
import { auditRecord, fileAudit } from '../support/audit-record.ts'
import { emptyFolder, iap } from './iap.ts'
import { inside, realFiles } from './inside.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

let cwd: string
beforeEach(() => {
  cwd = emptyFolder()
})

const run = (...words: readonly string[]) => inside(['audit', ...words], { cwd })
const json = async (...words: readonly string[]) => {
  const { code, stdout } = await run(...words, '--format', 'json')
  return { code, json: JSON.parse(stdout) }
}

const RECORDS = [
  auditRecord({
    time: '2026-03-02T09:00:00.000Z',
    requestId: 'aaaaaaaa-6a2b-4a2d-9d55-0b8ad1f1bd0a',
    path: '/orders/7',
    durations: { decision: 0.1, upstream: 5, total: 6 },
  }),
  auditRecord({
    time: '2026-03-02T10:00:00.000Z',
    path: '/orders/8',
    effect: 'deny',
    status: 403,
    code: 'denied',
    rules: ['late', 'holiday'],
    caller: { identity: 'staff', subject: 'bob', credential: null },
    upstream: null,
    durations: { decision: 0.2, upstream: null, total: 0.3 },
  }),
  auditRecord({
    time: '2026-03-02T11:00:00.000Z',
    route: 'shop.cart',
    service: 'shop',
    path: '/cart\u202e',
    caller: null,
    revision: `sha256:${'1'.repeat(64)}`,
  }),
]

async function writeLog(changes: Partial<AuditConfig> = {}, records = RECORDS, name = 'audit.jsonl'): Promise<void> {
  const log = await openAuditLog([{ ...fileAudit(join(cwd, name), { chain: true }), ...changes } as AuditConfig], silent)
  for (const record of records) log.write(record)
  await log.close()
}

function linesOf(name = 'audit.jsonl'): readonly string[] {
  return readFileSync(join(cwd, name), 'utf8').split('\n').slice(0, -1)
}

describe('iap audit verify', () => {
  test('says what it has seen of a good log', async () => {
    await writeLog()
    const { code, stdout } = await run('verify', 'audit.jsonl')
    expect([code, stdout]).toEqual([0, '✓ 5 records in 1 file, 1 stream\n'])
  })

  test('names file and line of what is wrong, and exits with 1', async () => {
    await writeLog()
    const lines = linesOf().map((line) => line.replace('/orders/8', '/orders/9'))
    writeFileSync(join(cwd, 'audit.jsonl'), `${lines.join('\n')}\n`)
    const { stream } = JSON.parse(lines[0] as string)
    const { code, stdout } = await run('verify', 'audit.jsonl')
    expect([code, stdout]).toEqual([
      1,
      `audit.jsonl:3 changed: this line was changed [${stream}]\n✗ 1 fault: 5 records in 1 file, 1 stream\n`,
    ])
    expect(await json('verify', 'audit.jsonl')).toMatchObject({
      code: 1,
      json: { ok: false, faulty: 1, faults: [{ code: 'changed', file: 'audit.jsonl', line: 3, stream, seq: 2 }] },
    })
  })

  test('takes its own answer for what is known, and finds what was cut since', async () => {
    await writeLog()
    const lines = linesOf()
    writeFileSync(join(cwd, 'known.json'), (await run('verify', 'audit.jsonl', '--format', 'json')).stdout)
    expect((await run('verify', 'audit.jsonl', '--head', 'known.json')).code).toBe(0)
    writeFileSync(join(cwd, 'audit.jsonl'), `${lines.slice(0, 3).join('\n')}\n`)
    expect((await run('verify', 'audit.jsonl', '--partial')).code).toBe(0)
    expect((await run('verify', 'audit.jsonl')).stdout).toContain('audit.jsonl:3 no-end: ')
    const { code, stdout } = await run('verify', 'audit.jsonl', '--partial', '--head', 'known.json')
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('audit.jsonl:3 cut: the stream ends here, but is known up to record 4'),
    ])
    const { hash } = JSON.parse(lines[4] as string)
    expect((await run('verify', 'audit.jsonl', '--partial', `--head=${hash}`)).stdout).toContain('is not in these files')
  })

  test('checks signatures by the keys that it is given', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    writeFileSync(join(cwd, 'key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(join(cwd, 'public.pem'), publicKey.export({ format: 'pem', type: 'spki' }))
    writeFileSync(join(cwd, 'other.pem'), generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }))
    await writeLog({ key: join(cwd, 'key.pem') })
    expect((await run('verify', 'audit.jsonl', '--key', 'public.pem')).stdout).toBe('✓ 5 records in 1 file, 1 stream, 1 signed\n')
    const other = await run('verify', 'audit.jsonl', '--key', 'other.pem')
    expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('audit.jsonl:5 unknown-key: it is signed by ')])
  })

  test.each([
    [['verify', 'none.jsonl'], '`none.jsonl` does not exist'],
    [['verify', '.'], '`.` cannot be read: it is a folder'],
    [['verify', 'audit.jsonl', '--head', 'none'], '`--head none` is neither the hash of a record nor a file'],
    [['verify', 'audit.jsonl', '--head', 'audit.jsonl'], '`audit.jsonl` is not a report of `iap audit verify --format json`'],
    [['verify', 'audit.jsonl', '--key', 'audit.jsonl'], '`audit.jsonl` cannot verify'],
    [['query', 'audit.jsonl', '--status', '4'], '`--status` cannot be `4`'],
    [['query', 'audit.jsonl', '--since', 'yesterday'], '`--since` cannot be `yesterday`'],
    [['query', 'audit.jsonl', '--kind', 'actions'], '`--kind` cannot be `actions`'],
    [['query', 'audit.jsonl', '--effect', 'denied'], '`--effect` cannot be `denied`'],
  ])('%j cannot be carried out', async (words, message) => {
    await writeLog()
    const { code, stdout, stderr } = await run(...words)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
  })

  test('shows on a terminal how far it is, and leaves nothing of that', async () => {
    await writeLog()
    const files = { ...realFiles, pieces: slowly }
    const { stdout, stderr } = await inside(['audit', 'verify', 'audit.jsonl'], { cwd, terminal: true, files })
    expect(stdout).toContain('5 records')
    expect(stderr).toBe(`${CLEAR}[${'█'.repeat(24)}] 100 % audit.jsonl: 5 lines${CLEAR}`)
  })
})

/** The beginning of a line that is written anew. */
const CLEAR = '\r\u001b[K'

function* slowly(path: string): Iterable<Uint8Array> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  yield readFileSync(path)
}

describe('iap audit query', () => {
  const paths = async (...words: readonly string[]) => {
    const { code, stdout } = await run('query', 'audit.jsonl', '--format', 'json', ...words)
    expect(code).toBe(0)
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).path)
  }

  test.each([
    [[], ['/orders/7', '/orders/8', '/cart\u202e']],
    [['--effect', 'deny'], ['/orders/8']],
    [
      ['--effect', 'deny', '--effect', 'permit'],
      ['/orders/7', '/orders/8', '/cart\u202e'],
    ],
    [['--effect', 'deny', '--subject', 'ann'], []],
    [['--subject', 'bob'], ['/orders/8']],
    [
      ['--identity', 'staff'],
      ['/orders/7', '/orders/8'],
    ],
    [['--service', 'shop'], ['/cart\u202e']],
    [
      ['--route', 'app.a'],
      ['/orders/7', '/orders/8'],
    ],
    [['--rule', 'holiday'], ['/orders/8']],
    [['--status', '403'], ['/orders/8']],
    [
      ['--status', '2xx'],
      ['/orders/7', '/cart\u202e'],
    ],
    [['--code', 'denied'], ['/orders/8']],
    [
      ['--path', '/orders/*'],
      ['/orders/7', '/orders/8'],
    ],
    [['--path', '/orders'], []],
    [['--revision', `sha256:${'1'.repeat(64)}`], ['/cart\u202e']],
    [['--request-id', 'aaaaaaaa-6a2b-4a2d-9d55-0b8ad1f1bd0a'], ['/orders/7']],
    [
      ['--since', '2026-03-02T10:00:00Z'],
      ['/orders/8', '/cart\u202e'],
    ],
    [['--until', '2026-03-02T10:00:00Z'], ['/orders/7']],
    [
      ['--since', '2026-03-02T11:30:00+02:00', '--until', '2026-03-03'],
      ['/orders/8', '/cart\u202e'],
    ],
    [['--since', '1d'], []],
    [['--kind', 'action'], []],
  ])('%j', async (words, expected) => {
    await writeLog()
    expect(await paths(...words)).toEqual(expected)
  })

  test('writes records as they stand in the log, and what the log says of itself where that is asked for', async () => {
    await writeLog()
    const lines = linesOf()
    const { stdout } = await run('query', 'audit.jsonl', '--format', 'json')
    expect(stdout).toBe(`${lines.slice(1, 4).join('\n')}\n`)
    const own = await run('query', 'audit.jsonl', '--format', 'json', '--kind', 'stream', '--kind', 'checkpoint')
    expect(own.stdout).toBe(`${lines[0]}\n${lines[4]}\n`)
  })

  test('tells people a line each, in which nothing hides', async () => {
    await writeLog()
    writeFileSync(join(cwd, 'audit.jsonl'), `${linesOf().join('\n')}\nno record\n`)
    const { stdout, stderr } = await run('query', 'audit.jsonl')
    expect(stdout).toBe(
      `2026-03-02T09:00:00.000Z permit 200 GET app.test/orders/7 app.a staff:ann a aaaaaaaa-6a2b-4a2d-9d55-0b8ad1f1bd0a
2026-03-02T10:00:00.000Z deny 403 GET app.test/orders/8 app.a staff:bob late,holiday (denied) a49fd6c1-6a2b-4a2d-9d55-0b8ad1f1bd0a
2026-03-02T11:00:00.000Z permit 200 GET app.test/cart\\u202e shop.cart anonymous a a49fd6c1-6a2b-4a2d-9d55-0b8ad1f1bd0a
`,
    )
    expect(stderr).toBe('1 line skipped: not a record\n3 records of 6 lines\n')
  })
})

describe('iap audit stats', () => {
  test('counts, what was sampled with it, and tells how long it took', async () => {
    await writeLog({ sample: [{ effect: 'permit', labels: [], keep: 0.65 }] })
    // Of the three ids one is above that share.
    const { json: stats } = await json('stats', 'audit.jsonl')
    const counted = (list: readonly { name: string; count: number }[]) => list.map(({ name, count }) => `${name} ${count}`)
    expect(stats).toMatchObject({ requests: { recorded: 2, sampled: 1 }, lost: 0, actions: 0, unreadable: 0 })
    expect(counted(stats.effects)).toEqual(['permit 2', 'deny 1'])
    expect(counted(stats.routes)).toEqual(['app.a 2', 'shop.cart 1'])
    expect(counted(stats.rules)).toEqual(['a 2', 'holiday 1', 'late 1'])
    expect(counted(stats.codes)).toEqual(['denied 1'])
    expect(counted(stats.revisions)).toEqual([`sha256:${'0'.repeat(64)} 2`, `sha256:${'1'.repeat(64)} 1`])
  })

  test('for people', async () => {
    await writeLog()
    const { code, stdout } = await run('stats', 'audit.jsonl')
    expect(code).toBe(0)
    expect(stdout).toContain('3 requests; 0 actions\nfrom 2026-03-02T09:00:00.000Z to 2026-03-02T11:00:00.000Z\n')
    expect(stdout).toMatch(/effects\n {11}2 {2}permit\n {11}1 {2}deny\n/)
    expect(stdout).toMatch(/total +\S+ +\S+ +\S+ +6\n/)
  })

  test('is right to a hundredth, of however many', async () => {
    const records = Array.from({ length: 1000 }, (_, at) =>
      auditRecord({ durations: { decision: null, upstream: null, total: at + 1 } }),
    )
    await writeLog({}, records)
    const { json: stats } = await json('stats', 'audit.jsonl')
    const { p50, p90, p99, max, count } = stats.durations.total
    expect([count, max, stats.durations.upstream]).toEqual([1000, 1000, null])
    for (const [told, meant] of [
      [p50, 500],
      [p90, 900],
      [p99, 990],
    ])
      expect(Math.abs(told / meant - 1)).toBeLessThan(0.015)
  })
})

test('files are read as they were rotated', () => {
  expect(inOrder(['a.jsonl', 'a.jsonl.20260302T100000.000Z', 'a.jsonl.20260301T100000.000Z'])).toEqual([
    ...['a.jsonl.20260301T100000.000Z', 'a.jsonl.20260302T100000.000Z', 'a.jsonl'],
  ])
  expect(inOrder(['v/a.jsonl', 'v/a.jsonl.1', 'v/a.jsonl.10', 'v/a.jsonl.2'])).toEqual([
    'v/a.jsonl.10',
    'v/a.jsonl.2',
    'v/a.jsonl.1',
    'v/a.jsonl',
  ])
  expect(inOrder(['b', 'a', 'b.1'])).toEqual(['b.1', 'b', 'a'])
})

test('as a process', async () => {
  await writeLog()
  const { code, stdout, stderr } = await iap(['audit', 'verify', 'audit.jsonl'], { cwd })
  expect([code, stdout, stderr]).toEqual([0, '✓ 5 records in 1 file, 1 stream\n', ''])
})
