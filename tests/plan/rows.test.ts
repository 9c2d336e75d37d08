/** The rows that databases select are those that the policy permits, for generated policies and tables. `IAP_FULL=1`: 20,000 of them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type KnownRequest, plan, printCel, readColumns, where } from '../../analysis/plan/index.ts'
import { ask, modelOf, moduleOf } from '../../compiler/testing/compile-text.ts'
import { type Random, random } from '../../compiler/testing/random-expression/random.ts'
import type { PolicyModule } from '../../runtime/abi/index.ts'
import { DECLARATIONS, generatePolicy, TEXTS } from './generate-policy.ts'
import { columnsFor, openTables, type Row, randomRows, type Tables } from './tables.ts'

const FULL = process.env.IAP_FULL === '1'
const POLICIES = FULL ? 20_000 : 40
/** Policies for one table. */
const OF_A_TABLE = 25

let tables: Tables

beforeAll(async () => {
  tables = await openTables()
})
afterAll(() => tables.close())

interface Asked {
  readonly claims: object
  /** Data that are known when it is planned. */
  readonly data: Readonly<Record<string, unknown>>
  readonly rows: readonly Row[]
}

function randomAsked(next: Random, rows: readonly Row[]): Asked {
  const one = <T>(...all: readonly T[]): T => all[next(all.length)] as T
  const text = () => one(...TEXTS)
  const some = () => [...new Set(Array.from({ length: next(4) }, text))]
  const entries = (make: () => unknown) => Object.fromEntries(rows.filter(() => next(3) === 0).map(({ id }) => [id, make()]))
  const maybe = (name: string, make: () => unknown) => (next(2) === 0 ? {} : { [name]: make() })
  return {
    claims: {
      sub: text(),
      tenant: text(),
      teams: some(),
      level: one(0, 1, 2, 3, 5, 9007199254740991),
      ...maybe('nick', text),
      ...maybe('boss', () => one(true, false)),
    },
    data: {
      assigned: entries(some),
      units: { ab: ['a', 'é'], 'a%': ['ab'], "o'x": ['a'] },
      closed_for: { ...entries(() => ({ until: next(5), ...maybe('by', text) })), ...maybe('a', () => ({ until: 1, by: 'a' })) },
    },
    rows,
  }
}

function knownOf(module: PolicyModule, { claims, data }: Asked): KnownRequest {
  const identity = module.identities.find(({ name }) => name === 'staff')
  const auth = { time: null, acr: null, mfa: false }
  const facts = identity?.facts(claims, {}, auth)
  const prepared = module.data.flatMap(({ name, prepare }) => (name in data ? [[name, prepare(data[name])]] : []))
  return {
    caller: { identity: 'staff', fields: facts?.caller as Record<string, unknown>, auth },
    time: 0n,
    data: Object.fromEntries(prepared),
    names: { units: ['ab', 'a', 'é', 'a%', "o'x"] },
  }
}

function permittedRows(module: PolicyModule, { claims, data, rows }: Asked): readonly string[] {
  const orders = Object.fromEntries(rows.map(({ id, order }) => [id, order]))
  return rows
    .filter(({ id }) => {
      const { effect } = ask(module, { path: `/orders/${id}`, as: ['staff', claims], data: { ...data, orders } })
      return effect === 'permit'
    })
    .map(({ id }) => id)
    .sort()
}

// The full size takes longer than the default time-out.
it(`selects the rows that ${POLICIES} policies permit`, { timeout: FULL ? 7_200_000 : 300_000 }, async () => {
  const counts = { rows: 0, permitted: 0, depends: 0, refused: new Map<string, number>() }
  let rows: readonly Row[] = []
  for (let seed = 0; seed < POLICIES; seed += 1) {
    const next = random(seed)
    if (seed % OF_A_TABLE === 0) {
      rows = randomRows(next)
      await tables.fill(rows)
    }
    const { text } = generatePolicy(next)
    const asked = randomAsked(next, rows)
    const module = moduleOf(text, { check: () => {} })
    const planned = plan(modelOf(text), 'shop.read', knownOf(module, asked))
    if (planned === null) throw new Error('no route')
    const expected = permittedRows(module, asked)
    const about = () => `seed ${seed}\n${text}\n${JSON.stringify(asked.claims)}\n${printCel(planned.condition)}`

    for (const dialect of ['sqlite', 'postgresql'] as const) {
      const columns = readColumns(columnsFor(dialect))
      if (!columns.ok) throw new Error(columns.message)
      const made = where(planned, dialect, columns.columns)
      if (!made.ok) {
        for (const { message } of made.refused) counts.refused.set(message, (counts.refused.get(message) ?? 0) + 1)
        continue
      }
      const found = await tables.select[dialect](made.sql, made.parameters).catch((error: unknown) => {
        throw new Error(`${error}\n${about()}\n${made.sql}\n${JSON.stringify(made.parameters)}`)
      })
      expect(found, `${dialect}, ${about()}\n${made.sql}\n${JSON.stringify(made.parameters)}`).toEqual(expected)
    }

    // What it says as CEL is a policy by itself.
    const residual = `${DECLARATIONS}permit residual on shop.read to staff when ${printCel(planned.condition)}\n`
    const read = moduleOf(residual, { check: () => {} })
    expect(permittedRows(read, asked), about()).toEqual(expected)

    counts.rows += rows.length
    counts.permitted += expected.length
    if (planned.permitted === null) counts.depends += 1
    if (FULL && (seed + 1) % 2_000 === 0) console.log(`${seed + 1} policies, ${counts.permitted} of ${counts.rows} rows`)
  }
  console.log(counts)
  expect([...counts.refused]).toEqual([])
  // Not all of them are trivial.
  expect(counts.depends).toBeGreaterThan(POLICIES / 2)
  expect(counts.permitted).toBeGreaterThan(counts.rows / 20)
})
