/** Checks the literal parts of a request, of a test or a fixture. */
import { badAddress, badTime, badUrl, certificateMember, headerToken, standsTwice } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Span } from '../../source.ts'
import type { DataDeclaration, File, IdentityDeclaration, JsonObject } from '../../syntax/ast.ts'
import type { Datum, Identity } from '../model.ts'
import { checkSpelling } from '../routes/check-methods.ts'
import type { Documents } from '../routes/route-world.ts'
import type { Scope } from '../scope.ts'
import { isAddress } from './is-address.ts'
import type { RequestValues } from './request-values.ts'

/** The context in which tests and fixtures are checked. */
export interface TestWorld {
  readonly scope: Scope
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
}

/** Checks the parts that hold no placeholder. */
export function checkParts(parts: RequestValues, file: File, { scope, diagnostics }: TestWorld): void {
  const { method, headers, data, mtls } = parts
  if (method?.kind === 'Name') checkSpelling(method, diagnostics)
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
  checkTexts(parts, diagnostics)
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
export const CERTIFICATE = ['spiffe_id', 'dns_names']

function checkCertificate({ members, span }: JsonObject, diagnostics: Diagnostic[]): void {
  const keys = members.map(({ key }) => ({ text: key.kind === 'Name' ? key.text : key.value, span: key.span }))
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

export type Wrong = (text: string, span: Span) => Diagnostic | null

export const wrongUrl: Wrong = (text, span) => {
  const why = urlProblem(text)
  return why === null ? null : report(badUrl, span, { text, why })
}
export const wrongTime: Wrong = (text, span) => (isTime(text) ? null : report(badTime, span, { text }))
export const wrongAddress: Wrong = (text, span) => (isAddress(text) ? null : report(badAddress, span, { text }))

/** Only what keeps it from being a request at all: what is wrong in a path may be what the test is about. */
function urlProblem(text: string): string | null {
  if (!/^https?:\/\//.test(text)) return 'it does not begin with `https://`'
  if (!/^https?:\/\/[^/?#]/.test(text)) return 'it has no host'
  if (!/^https?:\/\/[^/?#]+\//.test(text)) return 'it has no path, not even `/`'
  return text.includes('#') ? 'what follows `#` is never sent' : null
}

function checkTexts({ url, at, from }: RequestValues, diagnostics: Diagnostic[]): void {
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
