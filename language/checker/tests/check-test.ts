/** Checks one test: its literal parts once, its placeholders for each row. */
import {
  badAddress,
  badTime,
  badUrl,
  certificateMember,
  headerToken,
  placeholderValue,
  standsTwice,
  testPart,
} from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Span } from '../../source.ts'
import type {
  Authenticated,
  DataDeclaration,
  File,
  IdentityDeclaration,
  JsonObject,
  Placeholder,
  TestDeclaration,
  Text,
} from '../../syntax/ast.ts'
import { replaceBy } from '../expressions/quick-fixes.ts'
import type { Datum, Identity, Test } from '../model.ts'
import { checkSpelling, methodText } from '../routes/check-methods.ts'
import type { Scope } from '../scope.ts'
import type { TestCaseRow } from './cases.ts'
import { checkClaims } from './check-claims.ts'
import type { RuleNames } from './check-expectation.ts'
import { isAddress } from './is-address.ts'
import { jsonValue, keyText } from './json-value.ts'

export interface TestWorld {
  readonly scope: Scope
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  readonly diagnostics: Diagnostic[]
}

/**
 * Checks a test declaration.
 *
 * @param rows the test's cases; null after a reported mistake in them, so that nothing can run
 */
export function checkTest(
  declaration: TestDeclaration,
  rows: readonly TestCaseRow[] | null,
  file: File,
  names: RuleNames,
  world: TestWorld,
): Test[] {
  const identity = checkParts(declaration, file, world)
  if (identity === undefined) return []
  const told = new Set<string>()
  return (rows ?? []).flatMap((row) => new RowReader(declaration, row, told, world.diagnostics).test(identity, names) ?? [])
}

/** @returns the calling identity, null for anonymous; undefined if a reported mistake hides it */
function checkParts(declaration: TestDeclaration, file: File, world: TestWorld): Identity | null | undefined {
  const { caller, authenticated, method, headers, data, mtls } = declaration
  const { scope, diagnostics } = world
  if (caller === null && authenticated !== null)
    diagnostics.push(report(testPart, authenticated.span, { why: 'an anonymous caller has not authenticated' }))
  if (method.kind === 'Name') checkSpelling(method, diagnostics)
  for (const { name } of headers) {
    if (!TOKEN.test(name.value)) diagnostics.push(report(headerToken, name.span, { name: name.value }))
  }
  const seen = new Set<string>()
  for (const { name } of data) {
    scope.resolve(file, name, ['DataDeclaration'])
    if (seen.has(name.text)) diagnostics.push(report(standsTwice, name.span, { name: name.text }))
    seen.add(name.text)
  }
  if (mtls !== null) checkCertificate(mtls, diagnostics)
  checkTexts(declaration, diagnostics)
  if (caller === null) return null
  const found = scope.resolve(file, caller.identity, ['IdentityDeclaration'])
  return found === null ? undefined : world.identities.get(found)
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const CERTIFICATE = ['spiffe_id', 'dns_names']

function checkCertificate({ members, span }: JsonObject, diagnostics: Diagnostic[]): void {
  const keys = members.map(({ key }) => ({ text: keyText(key), span: key.span }))
  const strange = keys.filter(({ text }) => !CERTIFICATE.includes(text))
  for (const key of strange) {
    const suggestion = nearest(key.text, CERTIFICATE)
    const fixes = renameTo(suggestion, key.span)
    diagnostics.push(report(certificateMember, key.span, { name: key.text, suggestion }, [], fixes))
  }
  // Who calls it otherwise has not left it out besides.
  if (strange.length === 0 && !keys.some(({ text }) => text === 'spiffe_id'))
    diagnostics.push(report(certificateMember, span, { name: null, suggestion: null }))
}

type Wrong = (text: string, span: Span) => Diagnostic | null

const wrongUrl: Wrong = (text, span) => {
  const why = urlProblem(text)
  return why === null ? null : report(badUrl, span, { text, why })
}
const wrongTime: Wrong = (text, span) => (isTime(text) ? null : report(badTime, span, { text }))
const wrongAddress: Wrong = (text, span) => (isAddress(text) ? null : report(badAddress, span, { text }))

/** Only what keeps it from being a request at all: what is wrong in a path may be what the test is about. */
function urlProblem(text: string): string | null {
  if (!/^https?:\/\//.test(text)) return 'it does not begin with `https://`'
  if (!/^https?:\/\/[^/?#]/.test(text)) return 'it has no host'
  if (!/^https?:\/\/[^/?#]+\//.test(text)) return 'it has no path, not even `/`'
  return text.includes('#') ? 'what follows `#` is never sent' : null
}

function checkTexts({ url, at, from }: TestDeclaration, diagnostics: Diagnostic[]): void {
  for (const [node, wrong] of [
    [url, wrongUrl],
    [at, wrongTime],
    [from, wrongAddress],
  ] as const) {
    const problem = node?.kind === 'Text' ? wrong(node.value, node.span) : null
    if (problem !== null) diagnostics.push(problem)
  }
}

/** RFC 3339 with an upper-case `T` and a zone. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Whether a text is a time by RFC 3339, from the year 1. `Date` takes February 30 for March 2, which was not meant. */
function isTime(text: string): boolean {
  if (!TIME.test(text) || text.startsWith('0000') || Number.isNaN(Date.parse(text))) return false
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

const EFFECTS = ['permit', 'deny', 'unauthenticated', 'challenge', 'reject'] as const

/** Puts the values of one row into a test. */
class RowReader {
  private readonly declaration: TestDeclaration
  private readonly row: TestCaseRow
  /** Claims of all rows that were reported, as the rows share what holds no placeholder. */
  private readonly told: Set<string>
  private readonly diagnostics: Diagnostic[]
  private failed = false

  constructor(declaration: TestDeclaration, row: TestCaseRow, told: Set<string>, diagnostics: Diagnostic[]) {
    this.declaration = declaration
    this.row = row
    this.told = told
    this.diagnostics = diagnostics
  }

  test(identity: Identity | null, names: RuleNames): Test | null {
    const { caller, authenticated, method, url, body, headers, data, mtls, at, from, expect } = this.declaration
    const effect = this.effect(expect.effect)
    const claims = caller === null ? null : this.json(caller.claims)
    const certificate = mtls === null ? null : this.json(mtls)
    if (mtls !== null && identity?.byCertificate) this.compareCertificates(certificate, claims, mtls.span)
    // What does not fit is refused with 401: a test of that expects it.
    if (identity !== null && caller !== null && effect !== 'reject') this.claims(caller.claims, identity)
    const test: Test = {
      name: this.row.name,
      declaration: this.declaration,
      caller: caller === null || identity === null ? null : { identity, claims },
      authenticated: authenticated === null ? null : authentication(authenticated),
      method: methodText(method),
      url: this.text(url, wrongUrl),
      body: body === null ? null : body.kind === 'Text' ? { raw: body.value } : { json: this.json(body) },
      headers: headers.map(({ name, value }) => ({ name: name.value, value: this.text(value) })),
      data: Object.fromEntries(data.map(({ name, value }) => [name.text, this.json(value)])),
      mtls: certificate,
      at: at === null ? null : this.text(at, wrongTime),
      from: from === null ? null : this.text(from, wrongAddress),
      expect: {
        effect,
        by: expect.by === null ? null : names.current(expect.by.text),
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
    const texts = (json: unknown) => CERTIFICATE.map((name) => JSON.stringify((json as Readonly<Record<string, unknown>>)[name]))
    const own = texts(claims)
    const at = texts(certificate).findIndex((text, at) => text !== undefined && text !== own[at])
    if (at < 0) return
    this.failed = true
    const members = CERTIFICATE.flatMap((name, at) => (own[at] === undefined ? [] : `${name}: ${own[at]}`))
    const text = `{ ${members.join(', ')} }`
    // A row's values are in the text of all rows.
    const fixes = this.row.values.size === 0 && own[0] !== undefined ? replaceBy(text, span) : []
    const why = `\`${CERTIFICATE[at]}\` of \`mtls\` is not that of the caller, who has the certificate of the connection`
    this.diagnostics.push(report(testPart, span, { why }, [], fixes))
  }

  private json(node: Parameters<typeof jsonValue>[0]): unknown {
    return jsonValue(node, ({ name }) => {
      const value = this.row.values.get(name)
      return value === undefined ? null : jsonValue(value)
    })
  }

  private claims(claims: JsonObject, identity: Identity): void {
    const found = checkClaims(claims, identity, ({ name }) => this.row.values.get(name) ?? null)
    if (found.length > 0) this.failed = true
    for (const one of found) {
      const key = `${one.span.start} ${one.message}`
      if (!this.told.has(key)) this.diagnostics.push(one)
      this.told.add(key)
    }
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
