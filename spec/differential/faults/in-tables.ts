/** Mistakes in the tables of a policy, all of whose routes are in them that can be. */
import { TABLES_EVERYWHERE } from '../../../compiler/codegen/index.ts'
import { emit } from '../../../compiler/index.ts'
import { helpers } from '../../../runtime/abi/index.ts'
import { instantiated } from '../compiled-policy.ts'
import { type Fault, soundlyCompiled } from './fault.ts'

/** What a row is, number by number: `spec/language/abi.md`. */
const WIDTH = 6
const [WORD, HAS, CALLER_TEST, REQUEST_TEST, OUTCOME] = [0, 2, 3, 4, 5] as const

export const inTables: readonly Fault[] = [
  inRows('a row forgets the roles that it is for', (row) => row.with(WORD, -1)),
  inRows('a row is for those who have not the role', (row) => row.with(HAS, 1 - (row[HAS] as number))),
  inRows('a row asks the caller nothing', (row) => row.with(CALLER_TEST, -1)),
  inRows('a row asks the request nothing', (row) => row.with(REQUEST_TEST, -1)),
  inRows('a row has the outcome of the one before it', (row, before) => row.with(OUTCOME, before[OUTCOME] as number)),
  inRoutes('nobody is denied by default', (routes) => routes.map((number, at) => (at % 2 === 1 ? 3 : number))),
]

function inRows(name: string, change: (row: Int32Array, before: Int32Array) => Int32Array): Fault {
  return withTable(name, (routes, rows, tests, holds) => {
    const changed = Int32Array.from(rows)
    for (let at = 0; at < rows.length; at += WIDTH)
      changed.set(change(rows.slice(at, at + WIDTH), rows.slice(Math.max(at - WIDTH, 0)).slice(0, WIDTH)), at)
    return helpers.table(routes, changed, tests, holds)
  })
}

function inRoutes(name: string, change: (routes: Int32Array) => Int32Array): Fault {
  return withTable(name, (routes, rows, tests, holds) => helpers.table(change(routes), rows, tests, holds))
}

const tabled = soundlyCompiled({ emit: (policy, options) => emit(policy, { ...options, tables: TABLES_EVERYWHERE }) })

function withTable(name: string, table: typeof helpers.table): Fault {
  return {
    name,
    compile: (model) => instantiated(model, tabled(model).compiled, 'needed', { ...helpers, table }),
  }
}
