import { describe, expect, test } from 'vitest'
import { warningsIn, warningsOf, world } from '../test-lint.ts'

describe('a permit that a forbid hides', () => {
  test.each([
    ['on its very routes', 'permit p on orders.list to staff\nforbid f on orders.list because "x"', ['p']],
    ['on more', 'permit p on orders.list to staff\nforbid f on * because "x"', ['base_reads', 'p']],
    ['to its callers', 'permit p on orders.list to support\nforbid f on orders.list to staff because "x"', ['p']],
    [
      'with one of its clauses',
      'permit p on orders.list to staff when late(3) && "a" in caller.groups\nforbid f on orders.list when late(3) because "x"',
      ['p'],
    ],
    [
      'that is written otherwise',
      'permit p on orders.list to staff when !("x" in closed)\nforbid f on orders.list unless "x" in closed because "x"',
      ['p'],
    ],
    [
      'with others, each on some of its routes',
      'permit p on orders.list, orders.read to staff\nforbid f on orders.list because "x"\nforbid g on orders.read because "x"',
      ['p'],
    ],
    [
      'to all who can sign in',
      'permit p on orders.list to authenticated\nforbid f on orders.list to staff, partner because "x"',
      ['p'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5011', added)).toEqual(places))
})

describe('one that none hides', () => {
  test.each([
    ['as it is on more', 'permit p on orders.list, orders.read to staff\nforbid f on orders.list because "x"'],
    ['as it is to more', 'permit p on orders.list to staff, partner\nforbid f on orders.list to staff because "x"'],
    ['as it is to the anonymous, too', 'permit p on orders.list to anyone\nforbid f on orders.list to authenticated because "x"'],
    [
      'as the forbid asks for more',
      'permit p on orders.list to staff when late(3)\nforbid f on orders.list when late(3) && "x" in closed because "x"',
    ],
    [
      'as the role of the forbid is not everybody',
      'permit p on orders.list to staff\nforbid f on orders.list to support because "x"',
    ],
    ['as a factor helps', 'permit p on orders.list to staff require mfa\nforbid f on orders.list unless mfa'],
    ['as the forbid is but tried out', 'permit p on orders.list to staff\nshadow forbid f on orders.list'],
  ])('%s', (_, added) => expect(warningsIn('IAP5011', added)).toEqual([]))
})

test('the message names what hides it', () => {
  const text = `${world}\npermit p on orders.list to staff\nforbid f on orders.list because "x"`
  expect(warningsOf('IAP5011', text)).toEqual([
    { place: 'p', message: '`p` never permits anything: whenever it applies, the forbid `f` applies too' },
  ])
})
