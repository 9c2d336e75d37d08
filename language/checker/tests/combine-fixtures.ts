/** Combines the parts of a test's fixtures with its own. No part has two sources, so that a test shows what it sends. */
import { fixtureConflict, standsTwice, testLacksRequest } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { TestDeclaration } from '../../syntax/ast.ts'
import type { RequestValues } from './request-values.ts'

/** The parts of a fixture, with the place at which the test names it. */
export interface GivenFixture {
  readonly name: string
  readonly span: Span
  readonly parts: RequestValues
}

const SINGLE = {
  caller: 'a caller',
  authenticated: 'an authentication',
  method: 'a request',
  mtls: 'a client certificate',
  at: 'a time',
  from: 'an address',
} as const

/** Returns the parts of a whole request; null if a mistake was reported. */
export function combineFixtures(
  test: TestDeclaration,
  own: RequestValues,
  given: readonly GivenFixture[],
  diagnostics: Diagnostic[],
): RequestValues | null {
  const before = diagnostics.length
  for (const [at, { name, span }] of given.entries())
    if (given.findIndex((one) => one.name === name) < at) diagnostics.push(report(standsTwice, span, { name }))
  if (diagnostics.length > before) return null
  const holders = [...given, { name: null, span: test.name.span, parts: own }]
  const first = new Map<string, (typeof holders)[number]>()
  for (const holder of holders) {
    for (const part of partsOf(holder.parts)) {
      const other = first.get(part)
      if (other === undefined) first.set(part, holder)
      // A part that a test has twice by itself was reported.
      else if (other !== holder) reportConflict(part, other, holder, diagnostics)
    }
  }
  const request = holders.find(({ parts }) => parts.method !== null)
  if (request === undefined) diagnostics.push(report(testLacksRequest, test.name.span, { test: test.name.value }))
  if (request === undefined || diagnostics.length > before) return null
  const one = <K extends keyof typeof SINGLE>(key: K) => first.get(SINGLE[key])?.parts[key] ?? null
  return {
    caller: one('caller'),
    authenticated: one('authenticated'),
    method: request.parts.method,
    url: request.parts.url,
    body: request.parts.body,
    headers: holders.flatMap(({ parts }) => parts.headers),
    data: holders.flatMap(({ parts }) => parts.data),
    mtls: one('mtls'),
    at: one('at'),
    from: one('from'),
  }
}

/** Returns the parts that a request can have once, in words. Headers add up. */
function partsOf(parts: RequestValues): readonly string[] {
  const single = (Object.keys(SINGLE) as (keyof typeof SINGLE)[]).filter((key) => parts[key] !== null)
  return [...single.map((key) => SINGLE[key]), ...parts.data.map(({ name }) => `data \`${name.text}\``)]
}

function reportConflict(
  part: string,
  first: { readonly name: string | null; readonly span: Span },
  second: { readonly name: string | null; readonly span: Span },
  diagnostics: Diagnostic[],
): void {
  const [fixture, other] = second.name === null ? [first, second] : [second, first]
  const params = { fixture: fixture.name ?? '', part, other: other.name }
  diagnostics.push(report(fixtureConflict, fixture.span, params, [{ message: 'the other one', span: other.span }]))
}
