import { describe, expect, test } from 'vitest'
import { checkProject } from '../../project.ts'
import { lint } from '../lint.ts'
import { warningsIn, world } from '../test-lint.ts'

const projectOf = (text: string) => checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap'])

const told = (added: string, which: 'default' | 'all' = 'all') => {
  const text = `${world}\npermit base_reads\n  on orders.*\n  to support, manager, everybody, partner\n  when late(3) && !("x" in closed)\n${added}`
  const { diagnostics, ignored } = lint(projectOf(text), which)
  return {
    codes: diagnostics.map(({ code }) => code),
    ignored: ignored.map(({ diagnostic, reason }) => [diagnostic.code, reason]),
  }
}

describe('a warning is ignored', () => {
  test.each([
    [
      'by a comment before its line',
      'forbid f\n  // iap-ignore IAP5023: tried out\n  on orders.list when late(3) || true because "x"',
    ],
    ['at the end of its line', 'forbid f on orders.list\n  when true // iap-ignore IAP5023: tried out\n  because "x"'],
    [
      'by a comment before its clause',
      'forbid f on orders.list\n  // iap-ignore IAP5023: tried out\n  when late(3)\n       || true\n  because "x"',
    ],
    [
      'by a comment before its declaration',
      '// iap-ignore IAP5023: tried out\nforbid f\n  on orders.list\n  when true\n  because "x"',
    ],
    [
      'with documentation between',
      '// iap-ignore IAP5023: tried out\n/// Never.\nforbid f\n  on orders.list\n  when true\n  because "x"',
    ],
    [
      'among several comments',
      '// iap-ignore IAP5023: tried out\n// for now\n\nforbid f\n  on orders.list\n  when true\n  because "x"',
    ],
  ])('%s', (_, added) => {
    expect(told(added)).toEqual({ codes: [], ignored: [['IAP5023', 'tried out']] })
  })

  test('in a route', () => {
    const service = (comment: string) =>
      `service s at "s.example" {\n  route a GET "/a"\n  ${comment}\n  route b GET "/b"\n}\npermit p on s.a to staff`
    expect(told(service('// no comment')).codes).toEqual(['IAP5012'])
    expect(told(service('// iap-ignore IAP5012: opened next week'))).toEqual({
      codes: [],
      ignored: [['IAP5012', 'opened next week']],
    })
  })

  test('of several, each by its code', () => {
    const added = '// iap-ignore IAP5023: one\n// iap-ignore IAP5026: two\nforbid f\n  on orders.list\n  when true'
    expect(told(added)).toEqual({
      codes: [],
      ignored: [
        ['IAP5026', 'two'],
        ['IAP5023', 'one'],
      ],
    })
  })

  test('of the checker, too', () => {
    const added =
      '@deprecated("use pii")\nlabel old\nservice s at "s.example" {\n  // iap-ignore IAP5091: next week\n  route a GET "/a" is old\n}\npermit p on s.a to staff'
    expect(told(added)).toEqual({ codes: [], ignored: [['IAP5091', 'next week']] })
  })
})

describe('not ignored', () => {
  test.each([
    ['without a reason', '// iap-ignore IAP5026\nforbid f on orders.list when late(3)', ['IAP5001', 'IAP5026']],
    ['with an empty one', '// iap-ignore IAP5026:  \nforbid f on orders.list when late(3)', ['IAP5001', 'IAP5026']],
    ['without a code', '// iap-ignore\nforbid f on orders.list when late(3)', ['IAP5001', 'IAP5026']],
    ['by a code that there is not', '// iap-ignore IAP5999: x\nforbid f on orders.list when late(3)', ['IAP5002', 'IAP5026']],
    ['by the code of an error', '// iap-ignore IAP2001: x\nforbid f on orders.list when late(3)', ['IAP5002', 'IAP5026']],
    ['by another code', '// iap-ignore IAP5025: x\nforbid f on orders.list when late(3)', ['IAP5003', 'IAP5026']],
    [
      'in the declaration after the next',
      '// iap-ignore IAP5026: x\nlabel money2\nforbid f on orders.list, label money2 when late(3)',
      ['IAP5003', 'IAP5026'],
    ],
    ['by documentation', '/// iap-ignore IAP5026: x\nforbid f on orders.list when late(3)', ['IAP5026']],
    ['in other words', '// please iap-ignore IAP5026: x\nforbid f on orders.list when late(3)', ['IAP5026']],
  ])('%s', (_, added, codes) => {
    expect(told(added)).toEqual({ codes, ignored: [] })
  })
})

test('an error stays an error', () => {
  const text = '// iap-ignore IAP2001: x\nrole a of nobody'
  const { diagnostics } = lint(projectOf(text), 'all')
  expect(diagnostics.map(({ code }) => code)).toEqual(['IAP5002', 'IAP2001'])
})

test('with errors, nobody knows what an ignore would ignore', () => {
  const text = '// iap-ignore IAP5014: x\nrole a of nobody'
  const { diagnostics } = lint(projectOf(text), 'all')
  expect(diagnostics.map(({ code }) => code)).toEqual(['IAP2001'])
})

test('an ignore that is of no use is told of at its comment', () => {
  expect(warningsIn('IAP5003', '// iap-ignore IAP5014: x\nlabel money2')).toEqual(['// iap-ignore IAP5014: x'])
})
