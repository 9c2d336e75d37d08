import { expect, test } from 'vitest'
import { proxyWith } from '../../../tests/support/fake-proxy.ts'
import { defaultLimits } from '../proxy-context.ts'
import { CheckMemory, longestCheck } from './check-memory.ts'

const MIB = 2 ** 20

function memoryOf(memory: number, reason: 'memory' | 'lag' | null = null) {
  const proxy = proxyWith({ limits: { ...defaultLimits, memory }, overload: { reason } }, [])
  return { memory: new CheckMemory(proxy), proxy }
}

test('an eighth of the memory, of which long checks leave a quarter to others', () => {
  const { memory, proxy } = memoryOf(800 * MIB)
  expect(memory.take(75 * MIB)).toBe(true)
  expect(memory.take(65_537)).toBe(false)
  expect(memory.take(65_536)).toBe(true)
  expect(memory.take(25 * MIB, false)).toBe(false)
  expect(proxy.counts.checkBytes).toBe(75 * MIB + 65_536)
  memory.free(75 * MIB)
  memory.free(65_536)
  expect(proxy.counts.checkBytes).toBe(0)
  expect(memory.take(70_000)).toBe(true)
})

test('is shared by all listeners of a process', () => {
  const { memory, proxy } = memoryOf(800 * MIB)
  expect(memory.take(75 * MIB)).toBe(true)
  expect(new CheckMemory(proxy).take(1 * MIB)).toBe(false)
})

test('has room for the longest check, however little there is', () => {
  const limits = { ...defaultLimits, memory: 64 * MIB, body: 64 * MIB }
  const memory = new CheckMemory(proxyWith({ limits }, []))
  expect(longestCheck(limits)).toBe(65 * MIB)
  expect(memory.take(65 * MIB)).toBe(true)
  expect(memory.take(65 * MIB)).toBe(false)
  expect(longestCheck({ body: 1 })).toBe(4 * MIB)
})

test('of an overloaded process has room for short checks alone', () => {
  expect(memoryOf(800 * MIB, 'memory').memory.take(65_537)).toBe(false)
  expect(memoryOf(800 * MIB, 'memory').memory.take(1)).toBe(true)
  expect(memoryOf(800 * MIB, 'lag').memory.take(65_537)).toBe(true)
})
