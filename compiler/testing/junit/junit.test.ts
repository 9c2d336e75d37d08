import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../../tests/support/any-character.ts'
import { readXml } from '../../../tests/support/junit/read-xml.ts'
import { validateJunit } from '../../../tests/support/junit/validate-junit.ts'
import { junit, type TimedTest } from './junit.ts'

const FULL = process.env.IAP_FULL === '1'

const source = (name: string) => ({ name, text: 'test "t" {\n  expect permit\n}\n' })
const result = (changes: Partial<TimedTest> & { readonly file?: string } = {}): TimedTest => {
  const { file = 'policies/a.iap', ...rest } = changes
  const span = { source: source(file), start: 13, end: 26 }
  return {
    name: 't',
    passed: true,
    expected: 'permit',
    actual: 'permit',
    explanation: null,
    evidence: null,
    duration: 1.5,
    span,
    ...rest,
  }
}
const STARTED = '2026-03-02T09:00:00.123Z'

describe('junit', () => {
  test('a suite for each file, a case for each test', async () => {
    const text = junit(
      {
        tests: [result({ file: 'b.iap' }), result(), result({ name: 'cases / "row"', passed: false, actual: 'deny by <f> & g' })],
      },
      STARTED,
    )
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite package="iap" id="0" name="b.iap" timestamp="2026-03-02T09:00:00" hostname="localhost" tests="1" failures="0" errors="0" time="0.001500">
    <properties><property name="tool" value="iap"/></properties>
    <testcase name="t" classname="b.iap" time="0.001500"/>
    <system-out/>
    <system-err/>
  </testsuite>
  <testsuite package="iap" id="1" name="policies/a.iap" timestamp="2026-03-02T09:00:00" hostname="localhost" tests="2" failures="1" errors="0" time="0.003000">
    <properties><property name="tool" value="iap"/></properties>
    <testcase name="t" classname="policies/a.iap" time="0.001500"/>
    <testcase name="cases / &#34;row&#34;" classname="policies/a.iap" time="0.001500">
      <failure message="expected permit, but was deny by &#60;f&#62; &#38; g" type="decision">policies/a.iap:2:3
expected permit
but was  deny by &#60;f&#62; &#38; g</failure>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
`)
    expect(await validateJunit(text)).toEqual([])
  })

  test('an explanation stands below', () => {
    const [failure] = readXml(junit({ tests: [result({ passed: false, explanation: 'because\n  of this\n' })] }, STARTED)).find(
      'failure',
    )
    expect(failure?.text).toBe('policies/a.iap:2:3\nexpected permit\nbut was  permit\n\nbecause\n  of this')
  })

  test('an error of the policy is a case with an error', async () => {
    const span = { source: source('a.iap'), start: 13, end: 19 }
    const error = {
      code: 'IAP2001',
      severity: 'error',
      message: 'expected `a` < `b`',
      help: 'write `a`',
      related: [],
      fixes: [],
    } as const
    const text = junit({ tests: [], errors: [{ ...error, span }] }, STARTED)
    expect(text).toContain('tests="1" failures="0" errors="1"')
    expect(text).toContain(
      `<testcase name="IAP2001 2:3" classname="a.iap" time="0.000000">
      <error message="expected &#96;a&#96; &#60; &#96;b&#96;" type="IAP2001">a.iap:2:3
expected \`a\` &#60; \`b\`
help: write \`a\`</error>
    </testcase>`.replaceAll('&#96;', '`'),
    )
    expect(await validateJunit(text)).toEqual([])
  })

  test('without tests there is no suite', async () => {
    expect(await validateJunit(junit({ tests: [] }, STARTED))).toEqual([])
  })

  test('remarks are the output of the suite of their file, also of a file without tests', async () => {
    const at = (name: string, start: number) => ({ source: source(name), start, end: start + 1 })
    const remarks = [
      { message: 'no test takes `a` & `b`', span: at('a.iap', 13) },
      { message: 'no test is decided by `c`', span: at('a.iap', 0) },
      { message: 'nor by `d`', span: at('b.iap', 0) },
    ]
    const text = junit({ tests: [result({ file: 'a.iap' })], remarks }, STARTED)
    const outputs = readXml(text).find('system-out')
    expect(outputs.map((output) => output.text)).toEqual([
      'a.iap:2:3 no test takes `a` & `b`\na.iap:1:1 no test is decided by `c`\n',
      'b.iap:1:1 nor by `d`\n',
    ])
    expect(await validateJunit(text)).toEqual([])
  })

  test('whatever the tests are called, it is valid, and says what they are called', async () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 20 })
    // A file has a name, and white space alone is none.
    const file = text.map((name) => `${name}.iap`)
    const some = fc.array(fc.record({ name: text, file, passed: fc.boolean(), actual: text, explanation: fc.option(text) }))
    const reports = fc.sample(some, { seed: 7, numRuns: FULL ? 300 : 60 }).map((tests) => {
      const report = junit({ tests: tests.map((each) => result(each)) }, STARTED)
      const names = readXml(report)
        .find('testcase')
        .map(({ attributes }) => attributes.name)
      const shown = tests.map(({ name }) => [...name].map((c) => (isXml(c) ? c : '\ufffd')).join(''))
      expect(names.sort()).toEqual(shown.sort())
      return report
    })
    expect(await validateJunit(...reports)).toEqual([])
  })
})

function isXml(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return (
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 32 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code > 0xffff
  )
}

describe('the schemas refuse', () => {
  const good = junit({ tests: [result({ passed: false })] }, STARTED)
  test.each([
    ['an element that is not there', '<properties>', '<property/><properties>'],
    ['another order', '    <system-out/>\n    <system-err/>', '    <system-err/>\n    <system-out/>'],
    ['a missing attribute', ' hostname="localhost"', ''],
    ['a time with a zone', '09:00:00"', '09:00:00Z"'],
    ['a case without a class', ' classname="policies/a.iap"', ''],
    ['an open element', '</testsuites>', ''],
  ])('%s', async (_, from, to) => {
    expect(good).toContain(from)
    expect(await validateJunit(good.replace(from, to))).not.toEqual([])
  })
})
