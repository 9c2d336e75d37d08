import { describe, expect, it } from 'vitest'
import { modelOf, moduleOf } from '../../compiler/testing/compile-text.ts'
import { type KnownRequest, type Plan, plan, printCel, readColumns, treeOf, where } from './index.ts'

const DECLARATIONS = `
identity staff via jwt { sub: string, level: int, nick?: string, teams: set<string>, spans: map<string, int> }
identity robot via jwt { client: string }
role seniors of staff when caller.level > 2
role listed of staff when caller.sub in vips
data vips: set<string>
data org: hierarchy
data places: map<string, { town: string, size: int }>
type Row = { owner: string, unit: string, at: timestamp, total: int, note?: string, ratio: double, parts: list<string>, from: ip }
data rows: map<string, Row>
service s at "h.test" { route r GET "/rows/{id}" query { kind: string, page?: int } }
`
const auth = { time: null, acr: null, mfa: false }
const mia = { sub: 'mia', level: 3, teams: new Set(['a', 'b']), spans: new Map([['x', 1]]) }
const KNOWN: KnownRequest = { caller: { identity: 'staff', fields: mia, auth }, time: 0n }

function planOf(rules: string, known: Partial<KnownRequest> = {}): Plan {
  const planned = plan(modelOf(`${DECLARATIONS}${rules}\n`), 's.r', { ...KNOWN, ...known })
  if (planned === null) throw new Error('no route')
  return planned
}

const celOf = (rules: string, known: Partial<KnownRequest> = {}) => printCel(planOf(rules, known).condition)
const when = (condition: string) => `permit p on s.r to staff when params.id in rows when ${condition}`

describe('what is left', () => {
  it.each([
    ['caller.sub == "mia"', 'params.id in rows'],
    ['caller.sub == "tom"', 'false'],
    ['rows[params.id].owner == caller.sub', 'params.id in rows && rows[params.id].owner == "mia"'],
    ['caller is seniors', 'params.id in rows'],
    ['caller is listed', 'params.id in rows && "mia" in vips'],
    ['rows[params.id].at < request.time', 'params.id in rows && rows[params.id].at < timestamp("1970-01-01T00:00:00Z")'],
    ['has(caller.nick) && caller.nick == rows[params.id].owner', 'false'],
    ['!has(caller.nick) || caller.nick == rows[params.id].owner', 'params.id in rows'],
    ['has(caller.nick) ? caller.nick == "a" : rows[params.id].total > 1', 'params.id in rows && rows[params.id].total > 1'],
    ['rows[params.id].?note == caller.?nick', 'params.id in rows && !rows[params.id].?note.hasValue()'],
    [
      'caller.teams.exists(t, rows[params.id].owner.startsWith(t))',
      'params.id in rows && (rows[params.id].owner.startsWith("a") || rows[params.id].owner.startsWith("b"))',
    ],
    ['caller.spans[?rows[params.id].owner].orValue(0) > 0', 'params.id in rows && rows[params.id].owner == "x"'],
    // An overflow: what errs does not permit.
    ['caller.level + 9007199254740991 > 0', 'false'],
    ['(caller.level + 9007199254740991 > 0 || rows[params.id].total > 1)', 'params.id in rows && rows[params.id].total > 1'],
    ['query.kind == "x"', 'params.id in rows && query.kind == "x"'],
    ['request.method == "GET"', 'params.id in rows && request.method == "GET"'],
    [
      'rows[params.id].owner == "a\\u2028\\u{1f600}b"'.replace('{1f600}', '2029'),
      'params.id in rows && rows[params.id].owner == "a\\u2028\\u2029b"',
    ],
  ])('of %s', (condition, cel) => {
    expect(celOf(when(condition))).toBe(cel)
  })

  it('of what is known of the request', () => {
    const known = { params: { id: '7' }, method: 'GET', headers: { 'x-a': 'b', 'x-c': null }, sourceIp: '10.0.0.1' }
    const rule = (condition: string) => `permit p on s.r to staff when ${condition} when params.id in rows`
    expect(celOf(rule('params.id == "7" && request.method == "GET"'), known)).toBe('"7" in rows')
    expect(celOf(rule('"x-a" in request.headers && request.headers["x-a"] == "b"'), known)).toBe('"7" in rows')
    expect(celOf(rule('"x-c" in request.headers'), known)).toBe('false')
    expect(celOf(rule('cidr("10.0.0.0/8").containsIP(source.ip)'), known)).toBe('"7" in rows')
  })

  it('of the certificate of the connection, which a caller by it has', () => {
    const fields = { spiffe_id: 'spiffe://a/b', trust_domain: 'a', path: '/b', dns_names: ['x'] }
    const workload = { caller: { identity: 'workload', fields, auth } }
    const rule = (path: string) =>
      `identity workload via mtls\npermit p on s.r to staff, workload when has(connection.mtls) && connection.mtls.path == "${path}"`
    expect(celOf(rule('/b'), workload)).toBe('true')
    expect(celOf(rule('/c'), workload)).toBe('false')
    // Staff may come with any, or none.
    expect(celOf(rule('/b'))).toBe('has(connection.mtls) && connection.mtls.path == "/b"')
  })

  it('of data that are known, under a key that is not', () => {
    const places = new Map([
      ['1', { town: 'Rome', size: 1 }],
      ['2', { town: 'Oslo', size: 2 }],
      ['3', { town: 'Rome', size: 3 }],
    ])
    const rule = (condition: string) => `permit p on s.r to staff when ${condition}`
    const cel = (condition: string) => celOf(rule(condition), { data: { places } })
    expect(cel('params.id in places && places[params.id].town == "Rome"')).toBe(
      'params.id in ["1", "2", "3"] && params.id in ["1", "3"]',
    )
    expect(cel('places[?params.id].?size.orValue(9) > 2')).toBe('params.id == "3" || !(params.id in ["1", "2", "3"])')
    expect(cel('params.id in places && places[params.id].town == query.kind')).toBe(
      'params.id in ["1", "2", "3"] && (params.id in ["1", "3"] && "Rome" == query.kind || params.id == "2" && "Oslo" == query.kind)',
    )
  })

  it('of a hierarchy that is known', () => {
    const module = moduleOf(`${DECLARATIONS}${when('org.within(rows[params.id].unit, "all")')}\n`)
    const org = module.data.find(({ name }) => name === 'org')?.prepare({ it: ['all'], ops: ['it'], law: [] })
    const known = { data: { org }, names: { org: ['it', 'all', 'ops', 'law'] } }
    expect(celOf(when('org.within(rows[params.id].unit, "all")'), known)).toBe(
      'params.id in rows && rows[params.id].unit in ["all", "it", "ops"]',
    )
    expect(celOf(when('org.within("it", rows[params.id].unit)'), known)).toBe(
      'params.id in rows && rows[params.id].unit in ["all", "it"]',
    )
    expect(celOf(when('org.within(rows[params.id].unit, "none")'), known)).toBe(
      'params.id in rows && rows[params.id].unit in ["none"]',
    )
  })
})

describe('rules', () => {
  const own = 'permit own on s.r to staff when params.id in rows when rows[params.id].owner == caller.sub'

  it('are those of the caller', () => {
    const robots = 'permit robots on s.r to robot'
    expect(celOf(robots)).toBe('false')
    expect(celOf(robots, { caller: { identity: 'robot', fields: { client: 'x' }, auth } })).toBe('true')
    expect(celOf('permit open on s.r to anyone\nforbid closed on s.r to authenticated', { caller: null })).toBe('true')
    expect(celOf('permit open on s.r to anyone\nforbid closed on s.r to authenticated')).toBe('false')
    expect(() => planOf(own, { caller: { identity: 'nobody', fields: {}, auth } })).toThrow('no identity')
  })

  it('that forbid stand where they err', () => {
    expect(celOf(`${own}\nforbid f on s.r when 1 / (caller.level - 3) > 0`.replace('on s.r when', 'on s.r to staff when'))).toBe(
      'false',
    )
  })

  it('that require are met by the authentication of the caller, or not', () => {
    const rule = 'permit p on s.r to staff require mfa within 10m'
    const authenticated = (time: bigint, mfa: boolean): Partial<KnownRequest> => ({
      caller: { identity: 'staff', fields: mia, auth: { time, acr: null, mfa } },
      time: 600_000_000_000n,
    })
    expect(celOf(rule, authenticated(0n, true))).toBe('true')
    expect(celOf(rule, authenticated(-1n, true))).toBe('false')
    expect(celOf(rule, authenticated(0n, false))).toBe('false')
    const forbidden = 'permit p on s.r to staff\nforbid f on s.r to staff unless mfa'
    expect(celOf(forbidden)).toBe('false')
    expect(celOf(forbidden, authenticated(0n, true))).toBe('true')
  })

  it('in the shadow decide nothing', () => {
    expect(celOf('shadow permit p on s.r to staff')).toBe('false')
  })

  it('that oblige are named, and do not hold where what they oblige to errs', () => {
    const limited = planOf('permit p on s.r to staff limit 5 per 1m by caller.sub header "x-a" = caller.sub')
    expect([printCel(limited.condition), limited.obligations]).toEqual(['true', [{ rule: 'p', limit: true, headers: ['x-a'] }]])
    expect(celOf('permit p on s.r to staff header "x-a" = string(caller.level + 9007199254740991)')).toBe('false')
    expect(
      celOf('permit p on s.r to staff header "x-a" = caller.sub', {
        caller: { ...KNOWN.caller, fields: { ...mia, sub: 'a\n' } } as KnownRequest['caller'],
      }),
    ).toBe('false')
  })
})

describe('a tree', () => {
  it('says the same', () => {
    const { condition } = planOf(
      when('(rows[params.id].total > 1 || !has(rows[params.id].note)) && rows[params.id].owner.startsWith("a")'),
    )
    const read = (name: string, type: string) => ({ read: name, type })
    expect(treeOf(condition)).toEqual({
      and: [
        { operator: 'in', of: [read('params.id', 'string'), { read: 'rows', type: expect.stringContaining('map<string') }] },
        {
          or: [
            { operator: '>', of: [read('rows[params.id].total', 'int'), { value: 1, type: 'int' }] },
            { not: { has: 'rows[params.id].note' } },
          ],
        },
        { call: 'startsWith', of: [read('rows[params.id].owner', 'string'), { value: 'a', type: 'string' }] },
      ],
    })
  })
})

describe('SQL', () => {
  const FIELDS = ['owner', 'unit', 'at', 'total', 'note', 'ratio', 'from']
  const read = readColumns({
    'params.id': 'id',
    'rows[params.id]': true,
    ...Object.fromEntries(FIELDS.map((name) => [`rows[params.id].${name}`, name])),
    'rows[params.id].parts': { column: 'parts', as: 'array' },
  })
  if (!read.ok) throw new Error(read.message)
  const { columns } = read
  const ROW = 'rows[params.id]'

  it.each([
    [`10 / ${ROW}.total > 1`, `\`10 / ${ROW}.total\` cannot be expressed in SQL: rewrite the condition without it`],
    [`${ROW}.total * 2 > 1`, `\`${ROW}.total * 2\` cannot be expressed in SQL: rewrite the condition without it`],
    [`${ROW}.ratio + 1.0 > 2.0`, `\`${ROW}.ratio + 1.0\` cannot be expressed in SQL: rewrite the condition without it`],
    [
      `${ROW}.owner.matches("^a.*b$")`,
      `\`${ROW}.owner.matches("^a.*b$")\` cannot be expressed in SQL: rewrite the condition without it`,
    ],
    [
      `${ROW}.parts.exists(p, p.startsWith("a"))`,
      `\`${ROW}.parts.exists(p, p.startsWith("a"))\` cannot be expressed in SQL: rewrite the condition without it`,
    ],
    [`${ROW}.parts.size() > 1`, `\`${ROW}.parts.size()\` cannot be expressed in SQL: rewrite the condition without it`],
    [`int(${ROW}.owner) > 1`, `\`int(${ROW}.owner)\` cannot be expressed in SQL: rewrite the condition without it`],
    [`${ROW}.parts == ["a"]`, `\`${ROW}.parts == ["a"]\` cannot be expressed in SQL: rewrite the condition without it`],
    [
      `${ROW}.owner == "a\\u0000"`,
      'a compared string contains U+0000, which PostgreSQL strings cannot contain: remove it from the condition',
    ],
    [
      `${ROW}.at < timestamp("2026-01-01T00:00:00.0000001Z")`,
      'a compared timestamp is finer than one microsecond, the precision of PostgreSQL: round it to microseconds',
    ],
    [
      `${ROW}.at.getHours("UTC") > 8`,
      `\`${ROW}.at.getHours("UTC")\` cannot be expressed in SQL: rewrite the condition without it`,
    ],
    [`${ROW}.from == ip("10.0.0.1")`, 'values of type `ip` cannot be queried in PostgreSQL: rewrite the condition without them'],
    ['query.kind == "x"', 'the columns have none for `query.kind`: add it'],
    ['"x-a" in request.headers', 'the columns have none for `request.headers["x-a"]`: add it'],
    ['caller.sub in vips', 'the columns have none for `vips`: add it'],
  ])('is refused for %s', (condition, message) => {
    const result = where(planOf(when(condition)), 'postgresql', columns)
    expect(result).toMatchObject({ ok: false, refused: [{ rule: 'p', message, written: { clause: 'when' } }] })
  })

  it('is refused for a rule, and not for the others', () => {
    const rules = `${when(`${ROW}.total > 1`)}\nforbid f on s.r to staff when params.id in rows\n  when ${ROW}.at < request.time`
    const result = where(planOf(rules), 'sqlite', columns)
    const { refused } = result.ok ? { refused: [] } : result
    expect(refused.map(({ rule, message, written }) => [rule, message, written?.place.start.line])).toEqual([
      ['f', 'values of type `timestamp` cannot be queried in SQLite: rewrite the condition without them', 14],
    ])
  })

  it('asks nothing where nothing depends on a row', () => {
    expect(where(planOf('permit p on s.r to staff'), 'sqlite', new Map())).toEqual({ ok: true, sql: '1', parameters: [] })
    expect(where(planOf('permit p on s.r to robot'), 'postgresql', new Map())).toEqual({ ok: true, sql: 'FALSE', parameters: [] })
  })

  it('quotes names, and binds values', () => {
    const odd = readColumns({ 'params.id': 'a"b`.c d', 'rows[params.id]': true, [`${ROW}.owner`]: "o'--" })
    if (!odd.ok) throw new Error(odd.message)
    const planned = planOf(when(`${ROW}.owner == "x' OR 1=1 --"`))
    expect(where(planned, 'postgresql', odd.columns)).toEqual({
      ok: true,
      sql:
        `"a""b\`"."c d" IS NOT NULL AND pg_typeof("a""b\`"."c d") <> 'character'::regtype` +
        ` AND "o'--" IS NOT NULL AND pg_typeof("o'--") <> 'character'::regtype AND "o'--"::text COLLATE "C" = $1::text`,
      parameters: ["x' OR 1=1 --"],
    })
    expect(where(planned, 'sqlite', odd.columns)).toEqual({
      ok: true,
      sql: "typeof(`a\"b```.`c d`) = 'text' AND typeof(`o'--`) = 'text' AND CAST(`o'--` AS TEXT) COLLATE BINARY = ?",
      parameters: ["x' OR 1=1 --"],
    })
  })

  it.each([
    [[]],
    [null],
    [{ a: 1 }],
    [{ a: '' }],
    [{ a: 'b.' }],
    [{ a: { column: 'b', as: 'bytes' } }],
    [{ a: { column: 'b', like: 1 } }],
    [{ a: 'b\0' }],
    [{ a: false }],
  ])('has no columns in %j', (value) => {
    expect(readColumns(value)).toMatchObject({ ok: false })
  })
})
