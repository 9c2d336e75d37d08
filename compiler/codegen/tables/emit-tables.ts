/**
 * Decision tables for policies with many routes: one function per route would be so much code that it misses the processor's
 * caches, and rules of many routes have similar tests. One loop goes through rows of numbers (`runtime/abi/decision/table.ts`);
 * each distinct test is emitted once, with variables for a row's constants.
 */
import type { Const, Expr, PolicyIr, RouteIr } from '../../ir/index.ts'
import { Numbering, ownKey, typeKey } from '../../ir/numbering.ts'
import { type Code, indent, joinCode, js } from '../code.ts'
import { emitObject } from '../emit-object.ts'
import { emitConst } from '../expressions/emit-const.ts'
import { emitTest } from '../expressions/emit-expression.ts'
import { at, LEVEL } from '../expressions/term.ts'
import { FunctionScope } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'
import { SLOTS, slotVariable } from './abstract-test.ts'
import { emitHolds } from './emit-holds.ts'
import { type ProgramRows, type RouteRows, type RowTest, type TableRow, tableRows } from './table-rows.ts'

/** Thresholds from which routes are decided by tables, and the kind of routes that these cover. */
export interface TablesWanted {
  /** The routes that can be decided by tables: all that a table can represent, or only those whose rules test the request. */
  readonly of: 'all' | 'asking the request'
  /** The minimum number of routes to which these thresholds apply; with fewer, none of them gets a table. */
  readonly routes: number
  /** The minimum number of rows per route, on average. */
  readonly rowsEach: number
  /**
   * For each test of a route: the minimum number of tests in the policy that must have the same code. That code is then emitted
   * once for all of them.
   */
  readonly asking: number
}

/**
 * Thresholds from which tables are faster: many routes, whose functions are rarely cached; or fewer routes with many rules, most
 * of which do not concern the caller. Rows that depend on the caller alone are evaluated once, and need no table.
 */
export const TABLES_WHERE_THEY_PAY: readonly TablesWanted[] = [
  { of: 'all', routes: 24, rowsEach: 0, asking: 4 },
  { of: 'asking the request', routes: 8, rowsEach: 4, asking: 1 },
]
/** Thresholds for testing the compiler: every route that a table can represent gets one. */
export const TABLES_EVERYWHERE: readonly TablesWanted[] = [{ of: 'all', routes: 1, rowsEach: 0, asking: 1 }]

/** Cache of the table rows of routes, null for a route without any. Reused as long as a route stays the same object. */
export type KnownRows = WeakMap<RouteIr, RouteRows | null>

/** The routes that tables decide, with their positions and rows. Empty if the policy has no tables. */
export interface Tables {
  readonly places: ReadonlyMap<RouteIr, number>
  readonly rows: readonly RouteRows[]
  readonly shapes: Shapes
}

/** Chooses the routes that are decided by tables, by the first thresholds in `wanted` that the policy reaches. */
export function planTables({ routes }: PolicyIr, known: KnownRows, wanted: readonly TablesWanted[]): Tables {
  const shapes = new Shapes()
  const plain = routes.flatMap((route): TabledRoute[] => {
    const rows = known.get(route) === undefined ? tableRows(route) : known.get(route)
    known.set(route, rows ?? null)
    return rows ? [{ route, rows }] : []
  })
  for (const { rows } of plain) for (const test of testsOf(rows)) shapes.count(test)
  const chosen = firstChoice(plain, shapes, wanted)
  return { places: new Map(chosen.map(({ route }, place) => [route, place])), rows: chosen.map(({ rows }) => rows), shapes }
}

interface TabledRoute {
  readonly route: RouteIr
  readonly rows: RouteRows
}

function firstChoice(plain: readonly TabledRoute[], shapes: Shapes, wanted: readonly TablesWanted[]): readonly TabledRoute[] {
  for (const { of, routes, rowsEach, asking } of wanted) {
    const some =
      of === 'all' ? plain : plain.filter(({ rows }) => rows.authenticated.rows.some(({ request }) => request !== null))
    const common = some.filter(({ rows }) => testsOf(rows).every((test) => shapes.uses(test) >= asking))
    const count = common.reduce((sum, { rows }) => sum + rows.authenticated.rows.length, 0)
    if (common.length >= routes && count >= rowsEach * common.length) return common
  }
  return []
}

function testsOf({ anonymous, authenticated }: RouteRows): readonly RowTest[] {
  return [anonymous, authenticated].flatMap(({ rows }) =>
    rows.flatMap(({ caller, request }) => [caller, request].filter((test) => test !== null)),
  )
}

/** Numbers tests by the code that evaluates them. */
class Shapes {
  readonly #numbering = new Numbering(keyOf)
  readonly #uses = new Map<string, number>()

  keyOf({ shape, onError }: RowTest): string {
    // Tests that cannot fail are shared, whatever an error would mean.
    return shape.fails ? `${this.#numbering.of(shape)} ${onError}` : String(this.#numbering.of(shape))
  }

  count(test: RowTest): void {
    this.#uses.set(this.keyOf(test), this.uses(test) + 1)
  }

  uses(test: RowTest): number {
    return this.#uses.get(this.keyOf(test)) ?? 0
  }
}

/** Distinguishes expressions of different routes: fields of one name may differ in type, parameters in position. */
function keyOf(expression: Expr): string {
  switch (expression.kind) {
    case 'Param':
      return `Param ${JSON.stringify(expression.place)} ${typeKey(expression.type)}`
    case 'Field':
    case 'MapRead':
    case 'ListRead':
    case 'Variable':
      return `${ownKey(expression)} ${typeKey(expression.type)}`
    case 'Body':
      return `Body ${typeKey(expression.type)}`
    default:
      return ownKey(expression)
  }
}

/** Adds functions for the tests of tables to the module. Returns the code of the tables, which must follow all functions. */
export function emitTables({ rows, shapes }: Tables, module: ModuleScope): Code {
  const tests = new Tests(shapes, module)
  const programs: number[] = []
  const numbers: Code[] = []
  const add = ({ rows: some, otherwise }: ProgramRows): void => {
    programs.push(numbers.length, module.outcome(otherwise) as number)
    for (const row of some) numbers.push(emitRow(row, tests, module))
  }
  for (const { anonymous, authenticated } of rows) {
    add(anonymous)
    add(authenticated)
  }
  for (const code of emitHolds(tests.cases)) module.addFunction(code)
  return joinCode(
    [
      js`// a line a route: for anonymous callers where its rows begin, and the outcome where none holds; the same for others
const table$routes = new Int32Array([
${indent(joinCode(inFours(programs), '\n'))}
])`,
      js`// a line a rule: role word, role mask, 1 where the caller has one of them and 0 where none, test of the caller, \
test of the request, outcome
const table$rules = new Int32Array([
${indent(joinCode(numbers, '\n'))}
])`,
      js`// what rules ask
const table$tests = [
${indent(joinCode(tests.rows, '\n'))}
]`,
      js`const table$all = abi.table(table$routes, table$rules, table$tests, test$holds)`,
    ],
    '\n',
  )
}

function inFours(numbers: readonly number[]): readonly Code[] {
  const lines: Code[] = []
  for (let at = 0; at < numbers.length; at += 4)
    lines.push(
      js`${joinCode(
        numbers.slice(at, at + 4).map((one) => js`${one}`),
        ', ',
      )},`,
    )
  return lines
}

function emitRow({ role, caller, request, outcome }: TableRow, tests: Tests, module: ModuleScope): Code {
  const { word, mask } = role?.test ?? { word: -1, mask: 0 }
  const place = (test: RowTest | null) => (test === null ? -1 : tests.place(test))
  const parts = [word, mask, role?.has === false ? 0 : 1, place(caller), place(request)]
  return js`${joinCode([...parts.map((one) => js`${one}`), js`${module.outcome(outcome)}`], ', ')},`
}

/** Every distinct test with its constants, and a case of code for each shape. */
class Tests {
  /** By position. */
  readonly rows: Code[] = []
  readonly #shapes: Shapes
  readonly #module: ModuleScope
  readonly #places = new Map<string, number>()
  readonly #asks = new Map<string, number>()
  /** By number. */
  readonly cases: Code[] = []

  constructor(shapes: Shapes, module: ModuleScope) {
    this.#shapes = shapes
    this.#module = module
  }

  place(test: RowTest): number {
    const values = test.values.map((value) => this.#emitValue(value))
    const shape = this.#shape(test)
    const fields = SLOTS.map((slot, position) => [js`${slotCode(slot)}`, values[position] ?? js`null`] as const)
    const row = emitObject([[js`ask`, js`${shape}`], ...fields])
    const known = this.#places.get(row.toString())
    if (known !== undefined) return known
    this.#places.set(row.toString(), this.rows.length)
    this.rows.push(js`${row},`)
    return this.rows.length - 1
  }

  #emitValue(value: Const | readonly Const[]): Code {
    if ('kind' in value) return emitConst(value, this.#module).code
    const elements = value.map((one) => emitConst(one, this.#module).code)
    return this.#module.constant('set', js`abi.setOf([${joinCode(elements, ', ')}])`)
  }

  #shape(test: RowTest): number {
    const key = this.#shapes.keyOf(test)
    const known = this.#asks.get(key)
    if (known !== undefined) return known
    const ask = this.cases.length
    this.#asks.set(key, ask)
    this.cases.push(js`case ${ask}: {
${indent(emitCase(test, this.#module))}
}`)
    return ask
  }
}

function slotCode(slot: (typeof SLOTS)[number]): Code {
  return SLOT_CODES[slot]
}

const SLOT_CODES = { a: js`a`, b: js`b`, c: js`c`, d: js`d`, e: js`e`, f: js`f` } as const

/** Emits the lines that evaluate a test. */
function emitCase({ shape, onError, values }: RowTest, module: ModuleScope): Code {
  const scope = new FunctionScope(module, 'decision', 'once')
  const emit = (slot: number): Code => {
    if (slot === values.length) return at(LEVEL.loose, emitTest(shape, onError, scope))
    return scope.bind(slotVariable(slot), js`test.${SLOT_CODES[SLOTS[slot] as (typeof SLOTS)[number]]}`, () => emit(slot + 1))
  }
  const result = emit(0)
  return joinCode([...scope.head(), ...scope.constants(), js`return ${result}`], '\n')
}
