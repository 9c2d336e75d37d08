import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { positionAt, type Span } from '../../../language/source.ts'
import type { TestResult } from '../test-result.ts'

export interface TimedTest extends TestResult {
  /** In milliseconds. */
  readonly duration: number
}

/**
 * Returns results as JUnit XML: a suite per file, a case per test. It satisfies the schemas of Ant, the strictest in use, and of
 * Jenkins.
 *
 * @param started RFC 3339
 * @param errors errors of the policy, because of which no test ran: a case with an `error` each
 */
export function junit(tests: readonly TimedTest[], started: string, errors: readonly Diagnostic[] = []): string {
  const files = new Map<string, { readonly tests: TimedTest[]; readonly errors: Diagnostic[] }>()
  const of = ({ source: { name } }: Span) => {
    const file = files.get(name) ?? { tests: [], errors: [] }
    files.set(name, file)
    return file
  }
  for (const test of tests) of(test.span).tests.push(test)
  for (const error of errors) of(error.span).errors.push(error)
  const suites = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, some], id) => suite(name, id, some, started))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`
}

function suite(
  file: string,
  id: number,
  { tests, errors }: { readonly tests: readonly TimedTest[]; readonly errors: readonly Diagnostic[] },
  started: string,
): string {
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
  return `  <testsuite${head}>\n    ${PROPERTIES}\n${cases.join('')}    <system-out/>\n    <system-err/>\n  </testsuite>\n`
}

/** Ant's schema requires the element, and Jenkins' some content. */
const PROPERTIES = '<properties><property name="tool" value="iap"/></properties>'

function testCase(file: string, test: TimedTest): string {
  const head = attributes({ name: test.name, classname: file, time: seconds(test.duration) })
  if (test.passed) return `    <testcase${head}/>\n`
  const { line, column } = positionAt(test.span.source, test.span.start)
  const text = [
    `${file}:${line}:${column}`,
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
  const text = `${file}:${line}:${column}\n${message}\nhelp: ${help}`
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
