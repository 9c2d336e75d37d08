import { expect, test } from 'vitest'
import { warningsIn, warningsOf } from '../test-lint.ts'

const asking = (name: string) => `test "${name}" {\n  GET "https://orders.example/orders"\n  expect unauthenticated\n}`

test('the second test of a name in a file is told of', () => {
  expect(warningsIn('IAP5027', [asking('a'), asking('b'), asking('a')].join('\n'))).toEqual(['"a"'])
})

test('tests of several files may have one name: a report tells the files', () => {
  const main = `import { pii } from "./other.iap"\nforbid f on label pii, s.r\nservice s at "s.example" { route r GET "/" }\n${asking('a').replace('unauthenticated', 'deny')}`
  expect(warningsOf('IAP5027', main, { 'other.iap': `label pii\n${asking('a').replace('unauthenticated', 'deny')}` })).toEqual([])
})
