import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RowTest, type Table, tabledBy, tableHelpers } from '../../abi/decision/table.ts'
import type { DecisionRequest, Facts, RouteProgram } from '../../abi/index.ts'
import type { CallerHandle, Program as RealmProgram, RequestHandle } from '../../realm/program/program.ts'
import { createDecider, type Decider } from './decider.ts'
import type { CallerFacts as KeptFacts } from './facts.ts'

/** As the program in a realm asks the functions of a module. */
function deciderOf(routes: readonly RouteProgram[], outcomes: number): Decider {
  const tabled = routes.map(({ decide }) => tabledBy(decide))
  const table = tabled.find((found) => found !== undefined)?.table as Table
  const placeOf = (route: number) => tabled[route]?.place ?? -1
  const seen = {
    decide: (route: number, facts: Facts, request: DecisionRequest) => routes[route]?.decide(facts, request),
    plan: (route: number, facts: Facts) => table.plan(placeOf(route), facts),
    left: () => table.left,
    ask: (route: number, left: number, otherwise: number, facts: Facts, request: DecisionRequest) =>
      table.ask(placeOf(route), left, otherwise, facts, request),
  }
  const entries = routes.map((route, at) => ({ ofCaller: route.ofCaller === true, tabled: tabled[at] !== undefined }))
  return createDecider(seen as unknown as RealmProgram, entries, outcomes)
}

function keep(decider: Decider, facts: Facts): KeptFacts {
  const { identity, auth } = facts
  return decider.keep({ identity, auth, handle: facts as unknown as CallerHandle, program: {} as RealmProgram })
}

const asking = (request: DecisionRequest) => request as unknown as RequestHandle

/** Of a path of one segment. Tests of the caller are given one that has none, and would throw if they read it. */
function requestOf(number: number): DecisionRequest {
  return { segments: [String(number)] } as unknown as DecisionRequest
}
const auth = { time: null, acr: null, mfa: false }

/** Caller tests ask for a bit of a number of the caller, request tests for a bit of the first segment. */
interface Asking extends RowTest {
  readonly of: 'caller' | 'request'
  readonly bit: number
}

function holds(row: RowTest, facts: Facts, request: DecisionRequest): boolean {
  const { of, bit } = row as Asking
  const number = of === 'caller' ? (facts.caller as { readonly bits: number }).bits : Number(request.segments[0])
  return ((number >> bit) & 1) === 1
}

const tests: readonly Asking[] = (['caller', 'request'] as const).flatMap((of) =>
  [0, 1, 2, 3].map((bit): Asking => ({ ask: 0, of, bit })),
)

interface Row {
  readonly role: readonly [word: number, mask: number, has: boolean] | null
  /** Of the caller 0 to 3, of the request 4 to 7. */
  readonly caller: number | null
  readonly request: number | null
  readonly outcome: number
}

interface Program {
  readonly rows: readonly Row[]
  readonly otherwise: number
}

/** The first row that holds, read as it is written. */
function plainly({ rows, otherwise }: Program, facts: Facts, request: DecisionRequest): number {
  const found = rows.find(({ role, caller, request: asked }) => {
    if (role !== null && (((facts.roles[role[0]] ?? 0) & role[1]) !== 0) !== role[2]) return false
    return [caller, asked].every((test) => test === null || holds(tests[test] as Asking, facts, request))
  })
  return found?.outcome ?? otherwise
}

function moduleOf(programs: readonly Program[]): readonly RouteProgram[] {
  const routes: number[] = []
  const rows: number[] = []
  for (const { rows: some, otherwise } of programs) {
    routes.push(rows.length / 6, otherwise)
    for (const { role, caller, request, outcome } of some)
      rows.push(role?.[0] ?? -1, role?.[1] ?? 0, role?.[2] === false ? 0 : 1, caller ?? -1, request ?? -1, outcome)
  }
  const table = tableHelpers.table(Int32Array.from(routes), Int32Array.from(rows), tests, holds)
  return programs
    .filter((_, at) => at % 2 === 0)
    .map((_, place) => ({ decide: tableHelpers.tabled(table, place) }) as unknown as RouteProgram)
}

const row = (isAnonymous: boolean): fc.Arbitrary<Row> =>
  fc.record({
    role: fc.option(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(1, 2, 3), fc.boolean()), { nil: null }),
    caller: isAnonymous ? fc.constant(null) : fc.option(fc.nat(3), { nil: null }),
    request: fc.option(fc.integer({ min: 4, max: 7 }), { nil: null }),
    outcome: fc.nat(40_000),
  })
const program = (isAnonymous: boolean): fc.Arbitrary<Program> =>
  fc.record({ rows: fc.array(row(isAnonymous), { maxLength: 31 }), otherwise: fc.nat(40_000) })
const route = fc.tuple(program(true), program(false))
const person = fc.option(fc.record({ bits: fc.nat(15), roles: fc.tuple(fc.nat(3), fc.nat(3)) }), { nil: null })

describe('a decider', () => {
  test('answers as the rows read one after the other, the first time and ever after', () => {
    fc.assert(
      fc.property(
        fc.array(route, { minLength: 1, maxLength: 4 }),
        fc.array(person, { minLength: 1, maxLength: 3 }),
        fc.array(fc.record({ who: fc.nat(2), route: fc.nat(3), request: fc.nat(15) }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(40_001, 100),
        (written, people, asked, outcomes) => {
          const programs = written.flat().map(({ rows, otherwise }) => ({
            rows: rows.map((one) => ({ ...one, outcome: one.outcome % outcomes })),
            otherwise: otherwise % outcomes,
          }))
          const routes = moduleOf(programs)
          const decider = deciderOf(routes, outcomes)
          const plain = people.map(
            (one): Facts =>
              one === null
                ? { identity: -1, roles: [], caller: null, auth }
                : { identity: 0, roles: one.roles, caller: { bits: one.bits }, auth },
          )
          const kept = plain.map((facts) => keep(decider, facts))
          for (const { who, route: which, request } of asked) {
            const [person, place] = [who % people.length, which % routes.length]
            const facts = plain[person] as Facts
            const question = requestOf(request)
            const wanted = plainly(programs[place * 2 + (facts.identity < 0 ? 0 : 1)] as Program, facts, question)
            expect(decider.decide(place, kept[person] as KeptFacts, asking(question))).toBe(wanted)
            expect((routes[place] as RouteProgram).decide(facts, question)).toBe(wanted)
          }
        },
      ),
      { seed: 7, numRuns: 400 },
    )
  })

  test('asks a function once a caller where that reads nothing else, and each time where it does', () => {
    const asked: string[] = []
    const routes = (['of caller', 'of request'] as const).map((name) => ({
      ...(name === 'of caller' && { ofCaller: true }),
      decide: (facts: Facts) => {
        asked.push(`${name} ${facts.identity}`)
        return facts.identity + 1
      },
    })) as unknown as readonly RouteProgram[]
    const decider = deciderOf(routes, 3)
    const [ann, bob] = [0, 1].map((identity) => keep(decider, { identity, roles: [], caller: {}, auth })) as [
      KeptFacts,
      KeptFacts,
    ]
    for (const facts of [ann, bob, ann, bob])
      expect([0, 1].map((one) => decider.decide(one, facts, asking(requestOf(0))))).toEqual([
        facts.identity + 1,
        facts.identity + 1,
      ])
    expect(asked).toEqual(['of caller 0', 'of request 0', 'of caller 1', 'of request 1', 'of request 0', 'of request 1'])
  })

  test('says how many bytes it keeps of a caller', () => {
    const bytesOf = ({ settled, left }: KeptFacts) => (settled?.byteLength ?? 0) + (left?.byteLength ?? 0)
    const bytes = (routes: readonly RouteProgram[], outcomes: number) => {
      const decider = deciderOf(routes, outcomes)
      expect(decider.bytesPerCaller).toBe(bytesOf(keep(decider, { identity: 0, roles: [], caller: {}, auth })))
      return decider.bytesPerCaller
    }
    const decide = () => 0
    const [ofCaller, ofRequest] = [{ ofCaller: true, decide }, { decide }] as unknown as readonly [RouteProgram, RouteProgram]
    expect(bytes([ofRequest, ofRequest], 3)).toBe(0)
    expect(bytes([ofCaller, ofRequest], 3)).toBe(4)
    expect(bytes([ofCaller, ofRequest], 40_000)).toBe(8)
    const tabled = moduleOf([0, 1, 2, 3].map((otherwise) => ({ rows: [], otherwise })))
    expect(bytes(tabled, 3)).toBe(12)
    expect(bytes(tabled, 40_000)).toBe(16)
  })

  test('keeps nothing that is no outcome', () => {
    const answers: unknown[] = [-1, 3, 1.5, '0', undefined, 2]
    const routes = [{ ofCaller: true, decide: () => answers.shift() }] as unknown as readonly RouteProgram[]
    const decider = deciderOf(routes, 3)
    const facts = keep(decider, { identity: 0, roles: [], caller: {}, auth })
    expect(Array.from({ length: 7 }, () => decider.decide(0, facts, asking(requestOf(0))))).toEqual([-1, 3, -1, -1, -1, 2, 2])
  })
})
