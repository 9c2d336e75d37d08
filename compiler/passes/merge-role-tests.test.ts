import { expect, test } from 'vitest'
import { BOOL } from '../../language/checker/types/type.ts'
import { callerField, chain, or, roleTest } from '../ir/build.ts'
import { mergeRoleTests } from './merge-role-tests.ts'
import { before, passOn } from './pass-test-policy.ts'

const x = callerField('x', BOOL)

test.each([
  ['one word', or(roleTest(0, 1), x, roleTest(0, 4)), '(|| roles0:101 caller.x)'],
  ['nothing else', or(roleTest(0, 1), roleTest(0, 4)), 'roles0:101'],
  ['words apart', or(roleTest(0, 1), roleTest(1, 1), roleTest(1, 2)), '(|| roles0:1 roles1:11)'],
  [
    'not what guards or is guarded',
    chain('||', [
      { expression: roleTest(0, 1), guards: [] },
      { expression: roleTest(0, 2), guards: [] },
      { expression: x, guards: [1] },
      { expression: roleTest(0, 4), guards: [] },
      { expression: roleTest(0, 8), guards: [0] },
    ]),
    '(|| roles0:1 roles0:10 [1] caller.x roles0:100 [0] roles0:1000)',
  ],
])('%s', (_, expression, merged) => {
  expect(passOn(before(expression), mergeRoleTests)[0]).toBe(`2 permit rule ${merged}`)
})
