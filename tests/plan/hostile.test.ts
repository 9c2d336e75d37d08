/** Columns that are not as the policy has them, and names and texts that mean something to a database: never a row too many. */
import { PGlite } from '@electric-sql/pglite'
import initSqlJs, { type Database } from 'sql.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DialectName, type KnownRequest, plan, readColumns, where } from '../../analysis/plan/index.ts'
import { modelOf } from '../../compiler/testing/compile-text.ts'

const DECLARATIONS = `
identity staff via jwt { sub: string }
type Row = { owner: string, state: "open" | "closed", at: timestamp, total: int, ratio: double, urgent: bool, tags: set<string>, note?: string }
data rows: map<string, Row>
service s at "h.test" { route r GET "/rows/{id}" }
`
const KNOWN: KnownRequest = {
  caller: { identity: 'staff', fields: { sub: 'mia' }, auth: { time: null, acr: null, mfa: false } },
  time: 0n,
}

/** The condition of the rows of which a condition of the policy holds, or of which a forbid with it does not stand. */
function sqlOf(condition: string, dialect: DialectName, columns: object, effect: 'permit' | 'forbid' = 'permit') {
  const rules =
    effect === 'permit'
      ? `permit p on s.r to staff when params.id in rows when ${condition}`
      : `permit p on s.r to staff\nforbid f on s.r to staff when params.id in rows when ${condition}`
  const read = readColumns({ 'params.id': 'id', 'rows[params.id]': true, ...columns })
  const planned = plan(modelOf(`${DECLARATIONS}${rules}\n`), 's.r', KNOWN)
  if (!read.ok || planned === null) throw new Error('not planned')
  const made = where(planned, dialect, read.columns)
  if (!made.ok) throw new Error(made.refused.map(({ message }) => message).join())
  return made
}

const field = (name: string, column: unknown = name) => ({ [`rows[params.id].${name}`]: column })

describe('SQLite', () => {
  let database: Database
  beforeAll(async () => {
    database = new (await initSqlJs()).Database()
  })
  afterAll(() => database.close())

  function select(
    create: string,
    rows: readonly (readonly (string | number | null | Uint8Array)[])[],
    made: ReturnType<typeof sqlOf>,
  ) {
    database.run('DROP TABLE IF EXISTS t')
    database.run(`CREATE TABLE t (${create})`)
    for (const row of rows) database.run(`INSERT INTO t VALUES (${row.map(() => '?').join(', ')})`, row)
    const found = database.exec(`SELECT rowid FROM t WHERE ${made.sql} ORDER BY rowid`, [...made.parameters])
    return (found[0]?.values ?? []).map(([id]) => id)
  }

  it('does not take the name of a column that is not there for a text', () => {
    const made = sqlOf('rows[params.id].owner == "owner"', 'sqlite', field('owner'))
    expect(() => select('id TEXT', [['1']], made)).toThrow(/no such column/)
  })

  it('compares texts as texts, whatever the column was declared as', () => {
    const made = sqlOf('rows[params.id].owner > "2025"', 'sqlite', field('owner'))
    const rows = [
      ['1', '2024-01-01'],
      ['2', '2026-01-01'],
    ] as const
    for (const type of ['DATETIME', 'DECIMAL', 'TEXT', ''])
      expect(select(`id TEXT, owner ${type}`, rows, made), type).toEqual([2])
  })

  it('does not take a number for the text of it, nor bytes', () => {
    const made = sqlOf('rows[params.id].owner == "07"', 'sqlite', field('owner'))
    const rows = [
      ['1', 7],
      ['2', '07'],
      ['3', new Uint8Array([0x30, 0x37])],
      ['4', '7'],
      ['5', null],
    ] as const
    expect(select('id TEXT, owner', rows, made)).toEqual([2])
    expect(
      select(
        'id TEXT, owner INTEGER',
        [
          ['1', 7],
          ['2', '07'],
        ],
        made,
      ),
    ).toEqual([])
  })

  it('takes whole numbers for their text where that is asked for', () => {
    const columns = { 'params.id': { column: 'id', as: 'text' } }
    expect(select('id INTEGER PRIMARY KEY', [[7], [70]], sqlOf('params.id == "7"', 'sqlite', columns))).toEqual([7])
    expect(select('id INTEGER PRIMARY KEY', [[7], [70]], sqlOf('params.id == "07"', 'sqlite', columns))).toEqual([])
    expect(select('id INTEGER PRIMARY KEY', [[7], [70]], sqlOf('params.id == "7"', 'sqlite', {}))).toEqual([])
  })

  it('finds the end of a text behind U+0000', () => {
    const rows = [
      ['1', 'ab\0c'],
      ['2', 'c\0ab'],
      ['3', 'ab'],
    ] as const
    expect(select('id TEXT, owner TEXT', rows, sqlOf('rows[params.id].owner.endsWith("ab")', 'sqlite', field('owner')))).toEqual([
      2, 3,
    ])
    expect(select('id TEXT, owner TEXT', rows, sqlOf('rows[params.id].owner.contains("c")', 'sqlite', field('owner')))).toEqual([
      1, 2,
    ])
  })

  it('does not select what does not fit, even where a forbid asks', () => {
    const truth = (effect: 'permit' | 'forbid', condition: string) => sqlOf(condition, 'sqlite', field('urgent'), effect)
    const rows = [
      ['1', 0],
      ['2', 1],
      ['3', 2],
      ['4', null],
      ['5', 'yes'],
      ['6', 1.5],
    ] as const
    expect(select('id TEXT, urgent', rows, truth('permit', 'rows[params.id].urgent'))).toEqual([2])
    expect(select('id TEXT, urgent', rows, truth('permit', '!rows[params.id].urgent'))).toEqual([1])
    expect(select('id TEXT, urgent', rows, truth('forbid', 'rows[params.id].urgent'))).toEqual([1])
    const state = sqlOf('rows[params.id].state != "closed"', 'sqlite', field('state'))
    expect(
      select(
        'id TEXT, state TEXT',
        [
          ['1', 'open'],
          ['2', 'closed'],
          ['3', 'OPEN'],
          ['4', ''],
          ['5', null],
        ],
        state,
      ),
    ).toEqual([1])
    const total = sqlOf('rows[params.id].total != 1', 'sqlite', field('total'))
    expect(
      select(
        'id TEXT, total',
        [
          ['1', 1],
          ['2', 2],
          ['3', 2 ** 53],
          ['4', 1.5],
          ['5', 'x'],
        ],
        total,
      ),
    ).toEqual([2])
  })

  it('asks lists of JSON, and what is none of them is not selected', () => {
    const tags = field('tags', { column: 't.tags', as: 'json' })
    const rows = [
      ['1', '["a","b"]'],
      ['2', '[]'],
      ['3', '["A", 1, null]'],
      ['4', '{"a":"a"}'],
      ['5', '"a"'],
      ['6', 'a'],
      ['7', null],
      ['8', '[["a"]]'],
    ] as const
    expect(select('id TEXT, tags TEXT', rows, sqlOf('"a" in rows[params.id].tags', 'sqlite', tags))).toEqual([1])
    expect(select('id TEXT, tags TEXT', rows, sqlOf('!("a" in rows[params.id].tags)', 'sqlite', tags))).toEqual([2])
    // `value` would be that of the element.
    const captured = { ...tags, ...field('owner', 'value') }
    expect(() => sqlOf('rows[params.id].owner in rows[params.id].tags', 'sqlite', captured)).toThrow(
      'must be qualified with its table',
    )
    const named = { ...tags, ...field('owner', 't.value') }
    const owners = [
      ['1', 'a', '["a"]'],
      ['2', 'c', '["a"]'],
    ] as const
    expect(
      select('id TEXT, value TEXT, tags TEXT', owners, sqlOf('rows[params.id].owner in rows[params.id].tags', 'sqlite', named)),
    ).toEqual([1])
  })
})

describe('PostgreSQL', () => {
  let database: PGlite
  beforeAll(async () => {
    database = await PGlite.create()
  })
  afterAll(() => database.close())

  async function select(create: string, rows: string, made: ReturnType<typeof sqlOf>): Promise<readonly number[]> {
    await database.exec(
      `DROP TABLE IF EXISTS t; CREATE TABLE t (at serial, ${create}); INSERT INTO t (${create.replace(/(\w+) [^,]*/g, '$1')}) VALUES ${rows}`,
    )
    const { rows: found } = await database.query<{ at: number }>(`SELECT t.at FROM t WHERE ${made.sql} ORDER BY t.at`, [
      ...made.parameters,
    ])
    return found.map(({ at }) => at)
  }

  it('reads texts of whatever type', async () => {
    const made = sqlOf('rows[params.id].owner == "ab"', 'postgresql', field('owner'))
    // It holds `ab   `, whatever it says when it is asked for its text.
    expect(await select('id int, owner char(5)', "(1, 'ab'), (2, 'AB')", made)).toEqual([])
    const letters = field('tags', { column: 'tags', as: 'array' })
    const tagged = sqlOf('"a" in rows[params.id].tags', 'postgresql', letters)
    expect(await select('id int, tags char(3)[]', "(1, '{a}')", tagged)).toEqual([])
    expect(await select('id int, tags varchar[]', "(1, '{a}')", tagged)).toEqual([1])
    expect(await select('id text, owner varchar', "(1, 'ab'), (2, 'ab ')", made)).toEqual([1])
    const id = sqlOf('params.id == "7"', 'postgresql', {})
    expect(await select('id int', '(7), (70)', id)).toEqual([1])
  })

  it('reads times to the microsecond, and none without a zone', async () => {
    const made = sqlOf('rows[params.id].at < timestamp("2026-03-02T09:00:00.000001Z")', 'postgresql', field('at', 'since'))
    const rows =
      "(1, '2026-03-02T09:00:00Z'), (2, '2026-03-02T09:00:00.000001Z'), (3, '2026-03-02T09:00:00+01:00'), (4, '-infinity'), (5, NULL)"
    expect(await select('id int, since timestamptz', rows, made)).toEqual([1, 3])
    await database.exec("SET TIME ZONE 'Asia/Tokyo'")
    expect(await select('id int, since timestamptz', rows, made)).toEqual([1, 3])
    expect(await select('id int, since timestamp', "(1, '2026-01-02T09:00:00')", made)).toEqual([])
  })

  it('selects nothing that JSON could not say', async () => {
    const made = sqlOf('rows[params.id].ratio > 1.0', 'postgresql', field('ratio'))
    expect(await select('id int, ratio double precision', "(1, 'NaN'), (2, 'Infinity'), (3, 2), (4, NULL)", made)).toEqual([3])
    const forbidden = sqlOf('rows[params.id].ratio < 1.0', 'postgresql', field('ratio'), 'forbid')
    expect(await select('id int, ratio double precision', "(1, 'NaN'), (2, '-Infinity'), (3, 2), (4, NULL)", forbidden)).toEqual([
      3,
    ])
  })

  it('asks arrays and JSON, and what holds NULL is not selected', async () => {
    const [array, json] = (['array', 'json'] as const).map((as) => field('tags', { column: 'tags', as }))
    const arrays = "(1, '{a,b}'), (2, '{}'), (3, '{A,NULL}'), (4, NULL)"
    expect(await select('id int, tags text[]', arrays, sqlOf('"a" in rows[params.id].tags', 'postgresql', array ?? {}))).toEqual([
      1,
    ])
    expect(
      await select('id int, tags text[]', arrays, sqlOf('!("a" in rows[params.id].tags)', 'postgresql', array ?? {})),
    ).toEqual([2])
    const lists = `(1, '["a","b"]'), (2, '[]'), (3, '{"a": 1}'), (4, '"a"'), (5, NULL), (6, '[["a"]]'), (7, '["b", null]'), (8, '["b"]')`
    expect(await select('id int, tags jsonb', lists, sqlOf('"a" in rows[params.id].tags', 'postgresql', json ?? {}))).toEqual([1])
    expect(await select('id int, tags json', lists, sqlOf('!("a" in rows[params.id].tags)', 'postgresql', json ?? {}))).toEqual([
      2, 8,
    ])
  })

  it('reads sums that leave their range as errors', async () => {
    const made = sqlOf('rows[params.id].total + 1 > 0', 'postgresql', field('total'))
    expect(await select('id int, total int', '(1, 2147483647), (2, -2)', made)).toEqual([1])
    const twice = sqlOf('rows[params.id].total + rows[params.id].total > 3', 'postgresql', field('total'))
    expect(await select('id int, total int', '(1, 2147483647), (2, 1), (3, -2147483648)', twice)).toEqual([1])
    expect(await select('id int, total numeric', "(1, 2), (2, 2.5), (3, 'NaN')", twice)).toEqual([1])
    expect(
      await select('id int, total bigint', '(1, 9007199254740991), (2, 9007199254740990), (3, 9223372036854775806)', made),
    ).toEqual([2])
    expect(
      await select(
        'id int, total int',
        '(1, 1)',
        sqlOf('rows[params.id].total - 9007199254740991 < 0', 'postgresql', field('total')),
      ),
    ).toEqual([1])
  })
})
