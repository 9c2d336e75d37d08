import { expect, test } from 'vitest'
import type { AuthenticationFacts, DecisionRequest, Facts } from '../module.ts'
import { isHeaderValue } from '../values/texts/text.ts'
import { meets } from './meets.ts'
import { type Requirement, requirement } from './rule.ts'

const NOW = 1_767_268_800_000_000_000n
const MINUTE = 60_000_000_000n
const request = { time: NOW } as DecisionRequest

function met(one: Requirement, auth: Partial<AuthenticationFacts>, identity = 0): boolean {
  const facts: Facts = { identity, roles: [], caller: {}, auth: { time: null, acr: null, mfa: false, ...auth } }
  return meets(one, facts, request)
}

test('mfa, acr, and how long ago', () => {
  expect(met(requirement('mfa', [], null), { mfa: true })).toBe(true)
  expect(met(requirement('mfa', [], null), { acr: 'gold' })).toBe(false)
  expect(met(requirement('acr', ['gold', 'silver'], null), { acr: 'silver' })).toBe(true)
  expect(met(requirement('acr', ['gold', 'silver'], null), { acr: 'Silver' })).toBe(false)
  expect(met(requirement('acr', ['gold'], null), { mfa: true })).toBe(false)
  const fresh = requirement('auth', [], 60_000)
  for (const [time, expected] of [
    [NOW, true],
    [NOW - MINUTE, true],
    [NOW - MINUTE - 1n, false],
    [NOW + 1n, false],
    [null, false],
  ] as const)
    expect([time, met(fresh, { time })]).toEqual([time, expected])
  expect(met(requirement('mfa', [], 60_000), { mfa: true })).toBe(false)
  expect(met(requirement('mfa', [], 60_000), { mfa: true, time: NOW })).toBe(true)
})

test('nobody who is anonymous meets anything, whatever facts say', () => {
  for (const one of [requirement('mfa', [], null), requirement('acr', ['gold'], null), requirement('auth', [], 60_000)])
    expect(met(one, { mfa: true, acr: 'gold', time: NOW }, -1)).toBe(false)
})

test('what a header can carry', () => {
  for (const value of ['', 'a', 'a b', '~!', 'x'.repeat(10_000)]) expect([value, isHeaderValue(value)]).toEqual([value, true])
  for (const value of [' a', 'a ', ' ', '\t', 'a\tb', 'a\r\nb: c', 'é', 'a\u007f', '\u0000', undefined])
    expect([value, isHeaderValue(value)]).toEqual([value, false])
})
