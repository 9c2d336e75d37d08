/** The table of what can go wrong (`spec/language/failures.md`), row by row: by the case that shows it, and by the running proxy. */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failureCodes } from '../../runtime/proxy/refusals/failure-codes.ts'
import { type Construct, expected, readConstructs, type WireCase } from '../../spec/conformance/cases.ts'
import { lackingNeeds, offWire } from '../../spec/conformance/off-wire.ts'
import { startWire, type Wire, type WireAnswer } from '../../spec/conformance/wire.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('spec/language/failures.md', root), 'utf8')

interface Row {
  readonly what: string
  readonly effect: string
  readonly status: string
  /** Several where one row stands for several. */
  readonly codes: readonly string[]
  readonly reason: string
  readonly record: readonly string[]
  /** A folder of the suite, a folder's `wire`, or a file of tests. */
  readonly place: string
  readonly name: string
}

const HEAD = '| what went wrong | effect | status | code | reason | the record has | shown by |'
const NONE = '–'

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line !== HEAD && !line.startsWith('| ---'))
  .map((line): Row => {
    const cells = line.slice(1, -1).split('|')
    if (cells.length !== 7) throw new Error(`a row has not seven cells: ${line}`)
    const [what = '', effect = '', status = '', code = '', reason = '', record = '', shown = ''] = cells.map((cell) =>
      cell.trim(),
    )
    const [, folder = '', wire = '', name = ''] = /^`([^`]+)`( wire)?: (.+)$/.exec(shown) ?? []
    return { what, effect, status, codes: quoted(code), reason, record: quoted(record), place: folder + wire, name }
  })

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
}

const isTest = ({ place }: Row) => place.endsWith('.ts')
const shown = rows.filter((row) => !isTest(row))
const folders = [...new Set(shown.map(({ place }) => place.replace(' wire', '')))].sort()
const constructs = readConstructs(`^(${folders.join('|')})$`)

/** Rows whose policy this version of the proxy refuses: what it would answer and record, nobody has seen yet. */
const UNSEEN: readonly string[] = []

describe('the table of what can go wrong', () => {
  test('has each row once, and is under its heads', () => {
    expect(page.split(HEAD)).toHaveLength(7)
    expect(new Set(rows.map(({ what, effect, codes, name }) => JSON.stringify([what, effect, codes, name]))).size).toBe(
      rows.length,
    )
  })

  test('names every code of the proxy’s own but those of its pages and of its mistakes', () => {
    const named = new Set(rows.flatMap(({ codes }) => codes))
    const own = [...failureCodes].filter(([, { group }]) => group === 'proxy' || group === 'abort')
    const others = own.map(([code]) => code).filter((code) => !named.has(code))
    expect(others).toEqual(['page-not-found', 'page-method', 'internal', 'security-event'])
  })

  test.each(rows.filter(isTest))('$what: there is a test of it', ({ place, name }) => {
    expect(existsSync(new URL(place, root)), place).toBe(true)
    expect(readFileSync(new URL(place, root), 'utf8')).toContain(`'${name}'`)
  })

  test('is shown on the wire but for what this version refuses', () => {
    const unseen = shown.filter((row) => onWire(row) === null)
    expect(unseen.map(({ place, name }) => `${place}: ${name}`)).toEqual(UNSEEN)
  })

  test.each(shown)('$what: the case expects it', (row) => {
    const { request, ...one } = caseOf(row).one
    const { effect, status, code, reason, route, errors, rules, challenge, obligations, shadow } = expected({ ...one, request })
    expect(effect).toBe(row.effect)
    expectReason(reason, row)
    if (effect === 'reject') return expect([String(status), code]).toEqual([row.status, row.codes[0]])
    // Of a permit the record has no errors.
    const told = {
      route,
      errors: effect === 'permit' ? [] : errors,
      rules,
      challenge,
      obligations: Object.keys(obligations.headers),
      shadow,
    }
    const has = Object.entries(told).flatMap(([name, value]) => (isEmpty(value) ? [] : [name]))
    expect(has.sort()).toEqual(row.record.filter((name) => name in told).sort())
  })
})

const sent = constructs.map((construct) => ({
  ...construct,
  rows: shown.filter((row) => onWire(row)?.construct === construct),
}))

describe.each(sent.filter((each) => each.rows.length > 0))('$name, on the wire', (construct) => {
  let wire: Wire
  beforeAll(async () => {
    wire = await startWire(construct)
  })
  afterAll(() => wire?.close())

  test.each(construct.rows)('$what', async (row) => {
    expectAnswer(await wire.send(caseOf(row).one.request), row)
  })
})

function caseOf({ place, name }: Row): { readonly construct: Construct; readonly one: WireCase } {
  const construct = constructs.find((each) => each.name === place.replace(' wire', ''))
  const cases = place.endsWith(' wire') ? construct?.wireCases : construct?.cases
  const one = cases?.find((each) => each.name === name)
  if (construct === undefined || one === undefined) throw new Error(`there is no case ${place}: ${name}`)
  return { construct, one }
}

/** Null where the proxy refuses the policy, or the case cannot be sent. */
function onWire(row: Row): { readonly construct: Construct } | null {
  const { construct, one } = caseOf(row)
  return offWire(one, construct, lackingNeeds(construct)) === null ? { construct } : null
}

function expectAnswer({ status, code, record }: WireAnswer, row: Row): void {
  expect(status).toBe(row.status === 'the service’s' ? 200 : Number(row.status))
  expect(code).toBe(row.codes[0] ?? null)
  const { caller, route, rules, errors, challenge, obligations, shadow, detail, upstream } = record
  expect([record.effect, record.status, record.code]).toEqual([row.effect, status, code])
  expectReason(record.reason, row)
  const told = { caller, route, rules, errors, challenge, obligations: obligations.headers, shadow, detail, upstream }
  const has = Object.entries(told).flatMap(([name, value]) => (isEmpty(value) ? [] : [name]))
  expect(has.sort()).toEqual([...row.record].sort())
}

function expectReason(reason: string | null, row: Row): void {
  if (row.reason === NONE) expect(reason).toBeNull()
  // A sentence, which no reason of ours is.
  else if (row.reason === 'its `because`') expect(reason).toMatch(/\.$/)
  else expect([reason]).toEqual(quoted(row.reason))
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}
