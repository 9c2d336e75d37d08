import { describe, expect, test } from 'vitest'
import { checkProject, type Diagnostic, lint } from '../../language/index.ts'
import { validateSarif } from '../../tests/support/validate-sarif.ts'
import type { DiagnosticsPage } from './diagnostics-page.ts'
import { sarifLog } from './sarif.ts'

const page: DiagnosticsPage = {
  sectionOf: (code) => (code === 'IAP5026' ? 'Say `{ why }`.' : null),
  uriOf: (code) => `file:///opt/iap/diagnostics.md#${code}`,
}
const context = { version: '1.2.3', cwd: '/home/ann/my shop', page }

function logOf(texts: Readonly<Record<string, string>>) {
  const { diagnostics, ignored } = lint(checkProject({ read: (name) => texts[name] ?? null }, Object.keys(texts)), 'all')
  return { diagnostics, log: sarifLog(diagnostics, ignored, context) as unknown as Log }
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly version: string; readonly rules: readonly Rule[] } }
    readonly originalUriBaseIds: unknown
    readonly columnKind: string
    readonly results: readonly Result[]
  }[]
}
interface Rule {
  readonly id: string
  readonly helpUri?: string
  readonly help: { readonly text: string; readonly markdown?: string }
  readonly fullDescription: { readonly text: string }
  readonly properties: { readonly tags: readonly string[]; readonly 'security-severity'?: string }
}
interface Result {
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly { readonly physicalLocation: Physical }[]
  readonly relatedLocations?: readonly { readonly physicalLocation: Physical }[]
  readonly fixes?: readonly { readonly artifactChanges: readonly { readonly artifactLocation: unknown }[] }[]
  readonly suppressions?: readonly unknown[]
}
interface Physical {
  readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string }
  readonly region: Readonly<Record<string, number>>
}

const policy = `identity staff via oidc { sub: string }
service s at "s.example" { route a GET "/a" }
permit p on s.a to staff
permit q on s.a to staff
// iap-ignore IAP5026: tried out
forbid f on s.a when "👍" == request.path && caller is staf
`

describe('a log', () => {
  test('of errors, warnings, fixes and ignored warnings fits the schema', () => {
    for (const text of [policy, policy.replace(/staf$/m, 'staff'), policy.replace(' && caller is staf', ''), 'label a', '']) {
      const { log } = logOf({ 'a b/ä%.iap': text })
      expect(validateSarif(log), JSON.stringify(validateSarif.errors)).toBe(true)
    }
  })

  test('says where, in UTF-16 units, as a URI', () => {
    const { log } = logOf({ 'a b/ä%.iap': policy })
    const [run] = log.runs
    expect(run?.columnKind).toBe('utf16CodeUnits')
    const unknown = run?.results.find(({ ruleId }) => ruleId === 'IAP2008')
    const line = policy.split('\n')[5] as string
    expect(unknown?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/%C3%A4%25.iap', uriBaseId: '%SRCROOT%' },
      region: { startLine: 6, startColumn: line.indexOf('staf') + 1, endLine: 6, endColumn: line.indexOf('staf') + 5 },
    })
    expect(unknown?.fixes?.[0]?.artifactChanges[0]?.artifactLocation).toEqual(
      unknown?.locations[0]?.physicalLocation.artifactLocation,
    )
    expect(run?.originalUriBaseIds).toEqual({ '%SRCROOT%': { uri: 'file:///home/ann/my%20shop/' } })
  })

  test('names files outside of the working directory by absolute URIs', () => {
    const { log } = logOf({ '../other shop/a.iap': 'labl a' })
    expect(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri: 'file:///home/ann/other%20shop/a.iap',
    })
    expect(validateSarif(log), JSON.stringify(validateSarif.errors)).toBe(true)
  })

  test('describes each rule, with a link, the page and the severity of what may be open', () => {
    const { log } = logOf({ 'a.iap': `${policy.replace(/ && caller is staf$/m, '')}permit open on * to anyone\n` })
    const rules = new Map(log.runs[0]?.tool.driver.rules.map((rule) => [rule.id, rule]))
    expect(rules.get('IAP5026')).toMatchObject({
      helpUri: 'file:///opt/iap/diagnostics.md#IAP5026',
      fullDescription: { text: expect.stringContaining('\nadd `because') },
      help: { text: expect.stringMatching(/^add `because/), markdown: 'Say `{ why }`.' },
      properties: { tags: ['policy'] },
    })
    expect(rules.get('IAP5029')).toMatchObject({
      help: { text: expect.any(String) },
      properties: { tags: ['policy', 'security'], 'security-severity': '5.0' },
    })
    for (const { helpUri, properties } of rules.values()) {
      expect(helpUri).toMatch(/^file:/)
      expect(properties.tags.includes('security')).toBe(properties['security-severity'] !== undefined)
    }
  })

  test('gives each result a fingerprint of its own, which does not depend on the line', () => {
    const of = (text: string) => logOf({ 'a.iap': text }).log.runs[0]?.results.map((one) => one.partialFingerprints)
    const before = of(policy)
    expect(new Set(before?.map((one) => one.primaryLocationLineHash)).size).toBe(before?.length)
    expect(of(`\n\n${policy}`)).toEqual(before)
  })

  test('says each rule once, and each result which of them it is of', () => {
    const { log, diagnostics } = logOf({ 'a.iap': policy.replace(/staf$/m, 'staff') })
    const { rules, version } = log.runs[0]?.tool.driver ?? { rules: [], version: '' }
    const results = log.runs[0]?.results ?? []
    expect(version).toBe('1.2.3')
    expect(results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(results.map(({ ruleId }) => ruleId))
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(results.slice(0, diagnostics.length).map(({ ruleId, level }) => [ruleId, level])).toEqual(
      diagnostics.map(({ code, severity }) => [code, severity]),
    )
    expect(results.filter(({ suppressions }) => suppressions !== undefined)).toEqual([
      expect.objectContaining({ ruleId: 'IAP5026', suppressions: [{ kind: 'inSource', justification: 'tried out' }] }),
    ])
  })

  test('a log that is none is refused', () => {
    expect(validateSarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
    expect(validateSarif({ version: '2.0.0', runs: [] })).toBe(false)
  })

  test('doubles braces, and has no links that nobody wrote', () => {
    const source = { name: 'a.iap', text: '' }
    const span = { source, start: 0, end: 0 }
    const one: Diagnostic = { code: 'IAP1001', severity: 'error', message: 'm[k](1) {0}', help: '', span, related: [], fixes: [] }
    const log = sarifLog([one], [], context) as unknown as Log
    expect(log.runs[0]?.results[0]?.message.text).toBe('m\\[k\\](1) {{0}}')
  })
})
