/** Checks one test: its literal parts once, its placeholders for each row. */
import { placeholderValue, testPart } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { Authenticated, JsonObject, Name, Placeholder, TestDeclaration, Text } from '../../syntax/ast.ts'
import { replaceBy } from '../expressions/quick-fixes.ts'
import type { Identity, Test } from '../model.ts'
import { checkSpelling, methodText } from '../routes/check-methods.ts'
import type { TestCaseRow } from './cases.ts'
import { checkClaims } from './check-claims.ts'
import type { RuleNames } from './check-expectation.ts'
import { CERTIFICATE, type Wrong, wrongAddress, wrongTime, wrongUrl } from './check-parts.ts'
import { combineFixtures, type GivenFixture } from './combine-fixtures.ts'
import type { Fixtures } from './fixtures.ts'
import { jsonValue } from './json-value.ts'
import type { RequestValues } from './request-values.ts'

/**
 * Checks a test declaration.
 *
 * @param rows the test's cases; null after a reported mistake in them, so that nothing can run
 * @param told keys of the mistakes in claims that were reported already, as cases and tests may share claims; new ones are added
 */
export function checkTest(
  declaration: TestDeclaration,
  rows: readonly TestCaseRow[] | null,
  names: RuleNames,
  fixtures: Fixtures,
  told: Set<string>,
  diagnostics: Diagnostic[],
): Test[] {
  const own = fixtures.partsOf(declaration)
  const fixed = declaration.given.map((name) => (name.kind === 'Name' ? fixtures.named(name) : name))
  if (own === null || fixed.includes(null)) return []
  const combine = (given: readonly GivenFixture[], place: Span) => {
    const parts = combineFixtures(declaration, own, given, diagnostics)
    if (parts !== null) checkAuthentication(parts, own.authenticated?.span ?? place, diagnostics)
    return parts
  }
  const isVaried = declaration.given.some(({ kind }) => kind === 'Placeholder')
  const common = isVaried ? null : combine(fixed as readonly GivenFixture[], declaration.name.span)
  if (!isVaried && common === null) return []
  return (rows ?? []).flatMap((row) => {
    const reader = new RowReader(declaration, row, { names, fixtures, told }, diagnostics)
    const given = common === null ? reader.given() : []
    const parts = common ?? (given && combine(given, row.span))
    return (parts && reader.test(parts)) ?? []
  })
}

function checkAuthentication({ caller, authenticated }: RequestValues, place: Span, diagnostics: Diagnostic[]): void {
  if (authenticated === null || (caller !== null && caller !== 'anonymous')) return
  diagnostics.push(report(testPart, place, { why: 'an anonymous caller has not authenticated' }))
}

const EFFECTS = ['permit', 'deny', 'unauthenticated', 'challenge', 'reject'] as const

/** The names that a row may put in, and what was reported of rows. */
interface RowNames {
  readonly names: RuleNames
  readonly fixtures: Fixtures
  readonly told: Set<string>
}

/** Puts the values of one row into a test. */
class RowReader {
  private readonly declaration: TestDeclaration
  private readonly row: TestCaseRow
  private readonly world: RowNames
  private readonly diagnostics: Diagnostic[]
  private failed = false

  constructor(declaration: TestDeclaration, row: TestCaseRow, world: RowNames, diagnostics: Diagnostic[]) {
    this.declaration = declaration
    this.row = row
    this.world = world
    this.diagnostics = diagnostics
  }

  /** Returns the fixtures of the test with those that the row names; null if a mistake was reported. */
  given(): readonly GivenFixture[] | null {
    const given = this.declaration.given.map((one) => {
      const name = one.kind === 'Name' ? one : this.name(one, 'a fixture')
      return name && this.world.fixtures.named(name)
    })
    return given.includes(null) ? null : (given as readonly GivenFixture[])
  }

  test(parts: RequestValues): Test | null {
    const { names } = this.world
    const { authenticated, method, url, body, headers, data, mtls, at, from } = parts
    const { expect } = this.declaration
    const caller = parts.caller === 'anonymous' ? null : parts.caller
    const effect = this.effect(expect.effect)
    const identity = caller && this.identity(caller, authenticated)
    const claims = caller === null || identity === null ? {} : this.claims(caller.claims, identity, effect)
    const certificate = mtls === null ? null : this.json(mtls)
    // Claims that are refused with 401 are no certificate.
    if (mtls !== null && identity?.byCertificate && !this.failed && effect !== 'reject')
      this.compareCertificates(certificate, claims, mtls.span)
    const test: Test = {
      name: this.row.name,
      declaration: this.declaration,
      caller: identity === null ? null : { identity, claims },
      authenticated: authenticated === null ? null : authentication(authenticated),
      method: method?.kind === 'Placeholder' ? this.method(method) : methodText(method as Name | Text),
      url: this.text(url as Text | Placeholder, wrongUrl),
      body: body === null ? null : body.kind === 'Text' ? { raw: body.value } : { json: this.json(body) },
      headers: headers.map(({ name, value }) => ({ name: name.value, value: this.text(value) })),
      data: Object.fromEntries(data.flatMap(({ name, value }) => (value === null ? [] : [[name.text, this.json(value)]]))),
      missing: data.flatMap(({ name, value }) => (value === null ? [name.text] : [])),
      mtls: certificate,
      at: at === null ? null : this.text(at, wrongTime),
      from: from === null ? null : this.text(from, wrongAddress),
      expect: {
        effect,
        by: expect.by && this.by(expect.by, effect),
        status: expect.status,
        headers: expect.headers.map(({ name, value }) => ({ name: name.value, value: this.text(value) })),
        limit: expect.limit?.map(({ text }) => names.current(text)) ?? null,
        shadow: expect.shadow?.map(({ text }) => names.current(text)) ?? null,
        span: expect.span,
      },
    }
    return this.failed ? null : test
  }

  /** A caller by `mtls` has the certificate of the connection. */
  private compareCertificates(certificate: unknown, claims: unknown, span: Span): void {
    const texts = (json: unknown, otherwise: unknown) =>
      CERTIFICATE.map((name) => JSON.stringify((json as Readonly<Record<string, unknown>>)[name] ?? otherwise))
    const own = texts(claims, [])
    const at = texts(certificate, undefined).findIndex((text, at) => text !== undefined && text !== own[at])
    if (at < 0) return
    this.failed = true
    const members = CERTIFICATE.flatMap((name, at) => (own[at] === '[]' ? [] : `${name}: ${own[at]}`))
    const text = `{ ${members.join(', ')} }`
    // A row's values are in the text of all rows.
    const fixes = this.row.values.size === 0 ? replaceBy(text, span) : []
    const why = `\`${CERTIFICATE[at]}\` differs from that of the caller, whose certificate is the one of the connection`
    this.diagnostics.push(report(testPart, span, { why }, [], fixes))
  }

  private json(node: Parameters<typeof jsonValue>[0]): unknown {
    return jsonValue(node, ({ name }) => {
      const value = this.row.values.get(name)
      return value === undefined ? null : jsonValue(value)
    })
  }

  /** Every row of a test that runs has a value for each placeholder (`casesOf`). */
  private text(node: Text | Placeholder, wrong: Wrong = () => null): string {
    if (node.kind === 'Text') return node.value
    const value = this.row.values.get(node.name)
    if (value?.kind !== 'JsonScalar' || typeof value.value !== 'string') return this.fail(node, 'expected a string')
    const problem = wrong(value.value, value.span)
    if (problem === null) return value.value
    this.failed = true
    this.diagnostics.push(problem)
    return ''
  }

  /** Returns the identity of the caller; null for an anonymous one, and after a mistake. */
  private identity(
    { identity: node, claims }: Exclude<RequestValues['caller'], 'anonymous' | null>,
    authenticated: Authenticated | null,
  ): Identity | null {
    const name = node.kind === 'Name' ? node : this.name(node, 'an identity or `anonymous`')
    if (name === null) return null
    if (node.kind === 'Name' || name.text !== 'anonymous') {
      const identity = this.world.fixtures.identityOf(name)
      if (identity === undefined) this.failed = true
      return identity ?? null
    }
    const has = this.json(claims)
    if (has !== null && Object.keys(has as object).length > 0) this.contradicts(name, 'an anonymous caller has no claims')
    if (authenticated !== null) this.contradicts(name, 'an anonymous caller has not authenticated')
    return null
  }

  private claims(node: JsonObject | Placeholder, identity: Identity, effect: Test['expect']['effect']): unknown {
    const claims = node.kind === 'Placeholder' ? this.row.values.get(node.name) : node
    if (claims?.kind !== 'JsonObject') {
      this.fail(node as Placeholder, 'expected an object')
      return {}
    }
    // What does not fit is refused with 401: a test of that expects it.
    if (effect !== 'reject') this.checkClaims(claims, identity)
    return this.json(claims)
  }

  private checkClaims(claims: JsonObject, identity: Identity): void {
    const found = checkClaims(claims, identity, ({ name }) => this.row.values.get(name) ?? null)
    if (found.length > 0) this.failed = true
    const { told } = this.world
    for (const one of found) {
      const key = `${one.span.source.name} ${one.span.start} ${one.message}`
      if (!told.has(key)) this.diagnostics.push(one)
      told.add(key)
    }
  }

  private contradicts({ span }: Name, why: string): void {
    this.failed = true
    this.diagnostics.push(report(testPart, span, { why }))
  }

  private method(node: Placeholder): string {
    return this.text(node, (value, span) => {
      const found: Diagnostic[] = []
      checkSpelling({ kind: 'Text', value, span }, found)
      return found[0] ?? null
    })
  }

  private by(node: Name | Placeholder, effect: Test['expect']['effect']): string | null {
    const { names } = this.world
    if (node.kind === 'Name') return names.current(node.text)
    const value = this.row.values.get(node.name)
    if (value?.kind === 'JsonScalar' && value.value === null) return null
    const name = this.name(node, 'a rule, `default`, `no-route`, `data` or null')
    if (name === null) return null
    const before = this.diagnostics.length
    names.checkBy(name, effect, this.diagnostics)
    if (this.diagnostics.length > before) this.failed = true
    return names.current(name.text)
  }

  /** Returns a name that the row has as a string. Its span is that within the quotes. */
  private name(node: Placeholder, wanted: string): Name | null {
    const value = this.row.values.get(node.name)
    const text = value?.kind === 'JsonScalar' ? value.value : null
    if (value === undefined || typeof text !== 'string') {
      this.fail(node, `expected ${wanted}`)
      return null
    }
    const { source, start, end } = value.span
    const isPlain = source.text.slice(start + 1, end - 1) === text
    return { kind: 'Name', text, span: isPlain ? { source, start: start + 1, end: end - 1 } : value.span }
  }

  private effect(node: TestDeclaration['expect']['effect']): Test['expect']['effect'] {
    if (typeof node === 'string') return node
    const value = this.row.values.get(node.name)
    const text = value?.kind === 'JsonScalar' ? value.value : null
    const effect = EFFECTS.find((one) => one === text)
    if (effect === undefined) this.fail(node, `expected one of \`${EFFECTS.join('`, `')}\``)
    return effect ?? 'deny'
  }

  private fail({ name, span }: Placeholder, wanted: string): string {
    this.failed = true
    const place = this.row.values.get(name)?.span ?? span
    const related = [{ message: 'it is put in here', span }]
    this.diagnostics.push(report(placeholderValue, place, { name, wanted }, related))
    return ''
  }
}

function authentication({ by, ago }: Authenticated): Test['authenticated'] {
  return { by: by === null || by === 'mfa' ? by : { acr: by.value }, millisecondsAgo: ago.milliseconds }
}
