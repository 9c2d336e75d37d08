import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { positionAt, type Span } from '../../../language/source.ts'
import type { TestResult } from '../test-result.ts'

export interface TimedTest extends TestResult {
  /** In milliseconds. */
  readonly duration: number
}

/** A remark about a place, such as a rule that no test covers. */
export interface Remark {
  readonly message: string
  readonly span: Span
}

interface JunitContent {
  readonly tests: readonly TimedTest[]
  /** Errors of the policy, because of which no test ran: a case with an `error` each. */
  readonly errors?: readonly Diagnostic[]
  /** Lines of a suite's `system-out`, which CI servers show with its results. */
  readonly remarks?: readonly Remark[]
}

/**
 * Returns results as JUnit XML: a suite per file, a case per test. It satisfies the schemas of Ant, the strictest in use, and of
 * Jenkins.
 *
 * @param started RFC 3339
 */
export function junit({ tests, errors = [], remarks = [] }: JunitContent, started: string): string {
  const files = new Map<string, { readonly [K in keyof JunitContent]-?: NonNullable<JunitContent[K]>[number][] }>()
  const of = ({ source: { name } }: Span) => {
    const file = files.get(name) ?? { tests: [], errors: [], remarks: [] }
    files.set(name, file)
    return file
  }
  for (const test of tests) of(test.span).tests.push(test)
  for (const error of errors) of(error.span).errors.push(error)
  for (const remark of remarks) of(remark.span).remarks.push(remark)
  const suites = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, some], id) => suite(name, id, some, started))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`
}

function suite(file: string, id: number, { tests, errors, remarks }: Required<JunitContent>, started: string): string {
  const failures = tests.filter(({ passed }) => !passed).length
  const time = seconds(tests.reduce((sum, { duration }) => sum + duration, 0))
  const head = attributes({
    package: 'iap',
    id: String(id),
    name: file,
    // UTC, without a zone, as the schema requires.
    timestamp: started.slice(0, 19),
    hostname: 'localhost',
    tests: String(tests.length + errors.length),
    failures: String(failures),
    errors: String(errors.length),
    time,
  })
  const cases = [...tests.map((test) => testCase(file, test)), ...errors.map((error) => errorCase(file, error))]
  const output =
    remarks.length === 0 ? '<system-out/>' : `<system-out>${escapeXml(remarks.map(remarkLine).join(''))}</system-out>`
  return `  <testsuite${head}>\n    ${PROPERTIES}\n${cases.join('')}    ${output}\n    <system-err/>\n  </testsuite>\n`
}

function remarkLine({ message, span }: Remark): string {
  return `${placeText(span)} ${message}\n`
}

function placeText({ source, start }: Span): string {
  const { line, column } = positionAt(source, start)
  return `${source.name}:${line}:${column}`
}

/** Ant's schema requires the element, and Jenkins' some content. */
const PROPERTIES = '<properties><property name="tool" value="iap"/></properties>'

function testCase(file: string, test: TimedTest): string {
  const head = attributes({ name: test.name, classname: file, time: seconds(test.duration) })
  if (test.passed) return `    <testcase${head}/>\n`
  const text = [
    placeText(test.span),
    `expected ${test.expected}`,
    `but was  ${test.actual}`,
    ...(test.explanation === null ? [] : ['', test.explanation.trimEnd()]),
  ].join('\n')
  const failure = attributes({ message: `expected ${test.expected}, but was ${test.actual}`, type: 'decision' })
  return `    <testcase${head}>\n      <failure${failure}>${escapeXml(text)}</failure>\n    </testcase>\n`
}

function errorCase(file: string, { code, message, help, span }: Diagnostic): string {
  const { line, column } = positionAt(span.source, span.start)
  const head = attributes({ name: `${code} ${line}:${column}`, classname: file, time: seconds(0) })
  const error = attributes({ message, type: code })
  const text = `${placeText(span)}\n${message}\nhelp: ${help}`
  return `    <testcase${head}>\n      <error${error}>${escapeXml(text)}</error>\n    </testcase>\n`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(6)
}

function attributes(values: Readonly<Record<string, string>>): string {
  return (
    Object.entries(values)
      // XML parsers turn literal line breaks into spaces (XML 1.0, section 3.3.3).
      .map(([name, value]) => ` ${name}="${escapeXml(value).replace(/[\t\n]/g, reference)}"`)
      .join('')
  )
}

/** Also replaces characters outside of XML 1.0 (section 2.2) by U+FFFD, as no reference can express them. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, reference).replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`
}
