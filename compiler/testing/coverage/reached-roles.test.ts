import { expect, test } from 'vitest'
import { checkProject } from '../../../language/project.ts'
import { reachedRoles } from './reached-roles.ts'

const HEAD = `identity staff via jwt { sub: string, level: int }
role a of staff when caller.level > 1
role b of staff when caller is a && caller.level > 2
role c of staff when caller.level > 3
service s at "s.example" { route r GET "/r" route w POST "/w" }
`

function reached(rules: string): readonly string[] {
  const { result } = checkProject({ read: (name) => (name === 'a.iap' ? HEAD + rules : null) }, ['a.iap'])
  if (result === null) throw new Error(`it does not check: ${rules}`)
  return [...reachedRoles(result)].map(({ name }) => name).sort()
}

test.each([
  ['whom a permit is for, and what that role asks', 'permit p on s.* to b', ['a', 'b']],
  ['what a clause asks', 'permit p on s.* to staff unless caller is c', ['c']],
  ['a def', 'def high(): bool = caller is staff && caller is c\npermit p on s.* to staff when high()', ['c']],
  ['the key of a limit', 'permit p on s.* to staff limit 1 per 1s by caller is a ? "a" : "b"', ['a']],
  ['a header', 'permit p on s.* to staff header "x" = caller is a ? "a" : "b"', ['a']],
  ['a shadow rule', 'permit p on s.* to staff\nshadow forbid f on s.* to c', ['c']],
])('%s', (_, rules, expected) => {
  expect(reached(rules)).toEqual(expected)
})

test('an invariant is no decision', () => {
  expect(reached('permit p on s.* to staff\ninvariant i on * denied when caller is c')).toEqual([])
})
