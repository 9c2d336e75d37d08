/** One table of random rows, in memory, in SQLite and in PostgreSQL. */
import { PGlite } from '@electric-sql/pglite'
import initSqlJs, { type SqlJsStatic } from 'sql.js'
import type { DialectName } from '../../analysis/plan/index.ts'
import type { Random } from '../../compiler/testing/random-expression/random.ts'
import { TEXTS } from './generate-policy.ts'

export interface Row {
  readonly id: string
  /** As JSON has it: what is missing is not there. */
  readonly order: Readonly<Record<string, unknown>>
}

const FIELDS = ['owner', 'tenant', 'state', 'total', 'score', 'urgent', 'note', 'weight', 'ready', 'tags', 'sizes'] as const

export function columnsFor(dialect: DialectName): object {
  const several = dialect === 'sqlite' ? 'json' : 'array'
  const entry = 'orders[params.id]'
  return {
    'params.id': 'o.id',
    [entry]: true,
    ...Object.fromEntries(
      FIELDS.map((name) => [
        `${entry}.${name}`,
        name === 'tags' || name === 'sizes' ? { column: `o.${name}`, as: several } : `o.${name}`,
      ]),
    ),
  }
}

export function randomRows(next: Random): readonly Row[] {
  const one = <T>(...all: readonly T[]): T => all[next(all.length)] as T
  const number = () => one(-1, 0, 1, 2, 3, 7, 100, 9007199254740991, -9007199254740991)
  const some = (make: () => unknown) => [...new Set(Array.from({ length: next(4) }, make))]
  const maybe = (name: string, value: unknown) => (next(2) === 0 ? {} : { [name]: value })
  return Array.from({ length: 12 }, (_, at) => ({
    id: String(at + 1),
    order: {
      owner: one(...TEXTS),
      tenant: one(...TEXTS),
      state: one('open', 'closed', 'lost'),
      total: number(),
      score: one(0, -0.5, 1.5, -2.25, 3, 1e300),
      urgent: one(true, false),
      ...maybe('note', one(...TEXTS)),
      ...maybe('weight', number()),
      ...maybe('ready', one(true, false)),
      tags: some(() => one(...TEXTS)),
      ...maybe(
        'sizes',
        some(() => next(4)),
      ),
    },
  }))
}

/** The ids of the rows of which a condition is true. */
export type Select = (sql: string, parameters: readonly (string | number)[]) => Promise<readonly string[]>

export interface Tables {
  fill(rows: readonly Row[]): Promise<void>
  readonly select: Readonly<Record<DialectName, Select>>
  close(): Promise<void>
}

export async function openTables(): Promise<Tables> {
  const engine: SqlJsStatic = await initSqlJs()
  const sqlite = new engine.Database()
  // Collations under which texts are equal that are not the same.
  sqlite.run(`CREATE TABLE orders (id TEXT, owner TEXT COLLATE NOCASE, tenant TEXT COLLATE RTRIM, state TEXT, total INTEGER, score REAL,
    urgent INTEGER, note TEXT COLLATE NOCASE, weight INTEGER, ready INTEGER, tags TEXT, sizes TEXT)`)
  const postgresql = await PGlite.create()
  await postgresql.exec(`CREATE TABLE orders (id text, owner text, tenant varchar(40), state text, total bigint, score double precision,
    urgent boolean, note text, weight bigint, ready boolean, tags text[], sizes bigint[])`)
  const holes = (mark: (at: number) => string) => ['id', ...FIELDS].map((_, at) => mark(at)).join(', ')
  return {
    async fill(rows) {
      sqlite.run('DELETE FROM orders')
      await postgresql.exec('DELETE FROM orders')
      for (const { id, order } of rows) {
        const values = [id, ...FIELDS.map((name) => order[name] ?? null)]
        const flat = values.map((value) =>
          Array.isArray(value) ? JSON.stringify(value) : typeof value === 'boolean' ? Number(value) : value,
        )
        sqlite.run(`INSERT INTO orders VALUES (${holes(() => '?')})`, flat as (string | number | null)[])
        await postgresql.query(`INSERT INTO orders VALUES (${holes((at) => `$${at + 1}`)})`, values)
      }
    },
    select: {
      async sqlite(condition, parameters) {
        const found = sqlite.exec(`SELECT id FROM orders AS o WHERE ${condition} ORDER BY id COLLATE BINARY`, [...parameters])
        return (found[0]?.values ?? []).map(([id]) => String(id))
      },
      async postgresql(condition, parameters) {
        const query = `SELECT id FROM orders AS o WHERE ${condition} ORDER BY id COLLATE "C"`
        const found = await postgresql.query<{ readonly id: string }>(query, [...parameters])
        return found.rows.map(({ id }) => id)
      },
    },
    async close() {
      sqlite.close()
      await postgresql.close()
    },
  }
}
