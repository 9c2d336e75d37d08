import { describe, expect, test } from 'vitest'
import { codeQualityFaults } from '../../tests/support/validate-code-quality.ts'
import { codeQualityReport } from './code-quality.ts'
import { type Finding, fingerprintsOf } from './finding.ts'

const about = (text: string, at: string, more: Partial<Finding> = {}): Finding => {
  const start = text.indexOf(at)
  const span = { source: { name: 'p/a.iap', text }, start, end: start + at.length }
  return { code: 'IAP2001', severity: 'error', message: 'no `a`', help: '', span, ...more }
}

describe('a report', () => {
  test('has the fields that GitLab documents', () => {
    const report = codeQualityReport([
      about('label a\nlabel b\nlabel c\n', 'b\nlabel c'),
      about('label a\n', 'a', { code: 'uncovered', severity: 'warning', help: 'declare it' }),
      about('label a\n', 'label', { code: 'other', severity: 'notice' }),
    ])
    const fingerprint = expect.stringMatching(/^[0-9a-f]{32}:1$/)
    expect(report).toEqual([
      {
        description: 'no `a`',
        check_name: 'IAP2001',
        fingerprint,
        severity: 'major',
        location: { path: 'p/a.iap', lines: { begin: 2, end: 3 } },
      },
      {
        description: 'no `a` (declare it)',
        check_name: 'uncovered',
        fingerprint,
        severity: 'minor',
        location: { path: 'p/a.iap', lines: { begin: 1, end: 1 } },
      },
      {
        description: 'no `a`',
        check_name: 'other',
        fingerprint,
        severity: 'info',
        location: { path: 'p/a.iap', lines: { begin: 1, end: 1 } },
      },
    ])
    expect(codeQualityFaults(report)).toEqual([])
  })

  test('without findings is empty', () => {
    expect(codeQualityReport([])).toEqual([])
  })

  test('has no control characters or line ends in a description', () => {
    const report = codeQualityReport([about('label a\n', 'a', { message: 'a\u001b[2J\nb' })])
    expect(report[0]?.description).toBe('a\\u001b[2J\\u000ab')
  })

  test('has no help of several lines, as a description is one line', () => {
    expect(codeQualityReport([about('label a\n', 'a', { help: 'test "x" {\n}' })])[0]?.description).toBe('no `a`')
  })
})

describe('a fingerprint', () => {
  const of = (text: string, at: string, more: Partial<Finding> = {}) => fingerprintsOf([about(text, at, more)])[0]

  test('stays if lines are inserted before, or only white space changes', () => {
    const first = of('label a\nlabel b\n', 'b')
    expect(of('// new\n\nlabel a\nlabel b\n', 'b')).toBe(first)
    expect(of('label a\n  label  b\n', 'b')).toBe(first)
  })

  test('changes with the kind, the message, the file and the text', () => {
    const all = [
      of('label a\n', 'a'),
      of('label b\n', 'b'),
      of('label a\n', 'a', { code: 'IAP2002' }),
      of('label a\n', 'a', { message: 'no `b`' }),
      of('label a\n', 'a', { span: { source: { name: 'b.iap', text: 'label a\n' }, start: 6, end: 7 } }),
    ]
    expect(new Set(all).size).toBe(5)
  })

  test('is there once, also for equal findings', () => {
    const again = 'expect deny\n'.repeat(40)
    const span = (start: number) => ({ source: { name: 'a.iap', text: again }, start, end: start + 1 })
    const [one, two] = fingerprintsOf([about(again, 'expect', { span: span(0) }), about(again, 'deny', { span: span(12) })])
    expect([one?.endsWith(':1'), two]).toEqual([true, one?.replace(/1$/, '2')])
  })
})
