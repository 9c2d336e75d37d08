import { describe, expect, test } from 'vitest'
import { type Balance, balances, type Candidate, hash } from './balance.ts'

interface Fake extends Candidate {
  requests: number
  up: boolean
}

function fakes(count: number): Fake[] {
  return Array.from({ length: count }, (_, i) => ({
    requests: 0,
    hash: hash(`http://10.0.0.${i + 1}:8080`),
    up: true,
    takes(panic: boolean) {
      return panic || this.up
    },
  }))
}

/** How many of so many requests each address gets, as a service asks. */
function shares(balance: Balance, addresses: readonly Fake[], keys: readonly number[]): number[] {
  const got = addresses.map(() => 0)
  let turn = 0
  for (const key of keys) {
    const index = balance(addresses, turn, key, null, false)
    turn = index + 1
    got[index] = (got[index] as number) + 1
  }
  return got
}

const nobody = (count: number) => Array.from({ length: count }, () => 0)
const callers = (count: number) => Array.from({ length: count }, (_, i) => hash(`subject-${i}`, hash('staff')))

describe.each(Object.entries(balances))('%s', (_, balance) => {
  test('takes none that is passed over, none that was tried, and none where there is none', () => {
    const addresses = fakes(3)
    const [first, second, third] = addresses as [Fake, Fake, Fake]
    second.up = false
    for (const key of [0, ...callers(50)]) {
      for (let turn = 0; turn < 4; turn++) {
        expect(balance(addresses, turn, key, first, false)).toBe(2)
        expect(balance(addresses, turn, key, third, false)).toBe(0)
      }
    }
    first.up = third.up = false
    expect(balance(addresses, 0, 1, null, false)).toBe(-1)
    expect(balance(addresses, 0, 1, null, true)).toBeGreaterThanOrEqual(0)
    expect(balance([], 0, 1, null, true)).toBe(-1)
  })
})

test('round-robin: equal shares, and those of one that is passed over go to all others', () => {
  const addresses = fakes(4)
  expect(shares(balances['round-robin'], addresses, nobody(400))).toEqual([100, 100, 100, 100])
  const [, second] = addresses as [Fake, Fake]
  second.up = false
  expect(shares(balances['round-robin'], addresses, nobody(300))).toEqual([100, 0, 100, 100])
})

test('least-requests: the one with the fewest, and in turn where several have equally few', () => {
  const addresses = fakes(3)
  const [first, second, third] = addresses as [Fake, Fake, Fake]
  expect(shares(balances['least-requests'], addresses, nobody(30))).toEqual([10, 10, 10])
  first.requests = 2
  second.requests = 1
  third.requests = 2
  for (let turn = 0; turn < 4; turn++) expect(balances['least-requests'](addresses, turn, 0, null, false)).toBe(1)
  second.up = false
  expect(shares(balances['least-requests'], addresses, nobody(10))).toEqual([5, 0, 5])
})

describe('subject', () => {
  const balance = balances.subject

  test('the same address each time, whatever came between', () => {
    const addresses = fakes(5)
    for (const key of callers(100)) {
      const home = balance(addresses, 0, key, null, false)
      for (let turn = 0; turn < 6; turn++) expect(balance(addresses, turn, key, null, false)).toBe(home)
      expect(balance(addresses.toReversed(), 0, key, null, false)).toBe(4 - home)
    }
  })

  test('many callers are shared evenly', () => {
    const got = shares(balance, fakes(5), callers(20_000))
    for (const share of got) expect(Math.abs(share - 4000)).toBeLessThan(250)
  })

  test('an address that goes away takes only its own callers elsewhere, to all others alike, and they come back', () => {
    const addresses = fakes(5)
    const keys = callers(20_000)
    const homes = keys.map((key) => balance(addresses, 0, key, null, false))
    const [, second] = addresses as [Fake, Fake]
    second.up = false
    const away = keys.map((key) => balance(addresses, 0, key, null, false))
    expect(away.filter((index, i) => index !== homes[i] && homes[i] !== 1)).toEqual([])
    const moved = away.filter((_, i) => homes[i] === 1)
    for (const index of [0, 2, 3, 4]) expect(moved.filter((each) => each === index).length / moved.length).toBeCloseTo(0.25, 1)
    second.up = true
    expect(keys.map((key) => balance(addresses, 0, key, null, false))).toEqual(homes)
  })

  test('where nobody is recognized, in turn', () => {
    expect(shares(balance, fakes(3), nobody(30))).toEqual([10, 10, 10])
  })
})
