import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('what is known already', () => {
  test.each([
    [
      'a claim that is always there',
      'permit p on orders.list to staff when has(caller.sub) && caller.sub == "a"',
      ['has(caller.sub)'],
    ],
    ['a field of a record', 'permit p on orders.list to staff when has(caller.office.city)', ['has(caller.office.city)']],
    ['a field of a body', 'permit p on orders.refund to staff when has(body.amount) && body.amount < 3', ['has(body.amount)']],
    ['who calls', 'permit p on orders.list to staff when caller is staff', ['caller is staff']],
    ['who calls, by a role', 'permit p on orders.list to support when caller is staff && late(3)', ['caller is staff']],
    [
      'who calls, as was asked',
      'forbid f on orders.list when caller is manager when caller is staff because "x"',
      ['caller is staff'],
    ],
    ['what was asked', 'permit p on orders.list to staff when late(3) when late(3)', ['late(3)']],
    ['what was asked in a chain', 'permit p on orders.list to staff when late(3) && "x" in closed && late(3)', ['late(3)']],
    [
      'what was asked in an alternative',
      'permit p on orders.list to staff when late(3) || "x" in closed || late(3)',
      ['late(3)'],
    ],
    [
      'what was asked before an argument, beside the name of a library',
      'permit p on orders.list to staff when late(3) when [late(3) && "x" in closed].size() + math.abs(1) == 2',
      ['late(3)'],
    ],
    [
      'what was asked before a part',
      'permit p on orders.list to staff when late(3) when "x" in closed || (late(3) && "y" in closed)',
      ['late(3)'],
    ],
    [
      'a whole alternative',
      'permit p on orders.list to staff when late(3) || "x" in closed when late(3) || "x" in closed',
      ['late(3) || "x" in closed'],
    ],
    [
      'a whole chain that must be false',
      'permit p on orders.list to staff unless late(3) && "x" in closed unless late(3) && "x" in closed',
      ['late(3) && "x" in closed'],
    ],
    [
      'a whole chain within another',
      'permit p on orders.list to staff when (late(3) || "x" in closed) && "y" in closed && (late(3) || "x" in closed)',
      ['late(3) || "x" in closed'],
    ],
    [
      'a whole chain that must be true',
      'permit p on orders.list to staff when late(3) && "x" in closed when late(3) && "x" in closed',
      ['late(3) && "x" in closed'],
    ],
    [
      'of whom a role is',
      'role lead of staff when caller is staff && "a" in caller.groups\npermit p on orders.list to lead',
      ['caller is staff'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5022', added)).toEqual(places))
})

describe('what is not', () => {
  test.each([
    ['a claim that may miss', 'permit p on orders.list to staff when has(caller.level) && caller.level > 3'],
    ['a claim that some lack', 'permit p on orders.list to staff, partner when caller is staff && caller.sub == "a"'],
    ['who calls, of several', 'permit p on orders.list to staff, partner when caller is staff'],
    ['a role that not all have', 'permit p on orders.list to staff when caller is support'],
    [
      'what only one way has asked',
      'permit p on orders.list to staff when (late(3) && "x" in closed) || (late(3) && "y" in closed)',
    ],
    [
      'the same word for another variable',
      'permit p on orders.list to staff when caller.groups.exists(g, g == "a" && closed.exists(g, g == "a"))',
    ],
    ['the other way round', 'permit p on orders.list to staff when late(3) || "x" in closed unless late(3) && "x" in closed'],
    [
      'a chain of which only one way has asked',
      'permit p on orders.list to staff when ((late(3) || "x" in closed) && "y" in closed) || ((late(3) || "x" in closed) && "z" in closed)',
    ],
    ['a forbid to everybody', 'forbid f on orders.list when caller is staff because "x"'],
  ])('%s', (_, added) => expect(warningsIn('IAP5022', added)).toEqual([]))
})
