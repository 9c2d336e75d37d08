import { beforeEach, expect, test } from 'vitest'
import { Ejection } from './ejection.ts'

let now: number
let ejection: Ejection

beforeEach(() => {
  now = 1_000
  ejection = new Ejection({ failures: 3, time: 100 }, () => now)
})

function fail(times: number): boolean[] {
  return Array.from({ length: times }, () => ejection.failed())
}

test('opens after so many failures in a row', () => {
  expect(fail(2)).toEqual([false, false])
  ejection.succeeded()
  expect(fail(2)).toEqual([false, false])
  expect([ejection.ejected, ejection.admits()]).toEqual([false, true])
  expect(fail(1)).toEqual([true])
  expect([ejection.ejected, ejection.admits(), ejection.remaining]).toEqual([true, false, 100])
})

test('what failed beside the last one does not eject it twice', () => {
  fail(3)
  now += 50
  expect(fail(30)).not.toContain(true)
  expect(ejection.remaining).toBe(50)
})

test('half open: one tries it, and no other until its answer is there; an answer closes it', () => {
  fail(3)
  now += 99
  expect(ejection.admits()).toBe(false)
  now += 1
  expect(ejection.admits()).toBe(true)
  ejection.sent()
  expect(ejection.admits()).toBe(false)
  expect(ejection.succeeded()).toBe(true)
  expect([ejection.ejected, ejection.admits(), ejection.succeeded()]).toEqual([false, true, false])
  // It begins anew.
  expect(fail(3)).toEqual([false, false, true])
  expect(ejection.remaining).toBe(100)
})

test('each try in vain, and each of which nothing is heard, makes the next one wait for longer', () => {
  fail(3)
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    now += ejection.remaining
    ejection.sent()
    if (i % 2 === 0) ejection.failed()
    waits.push(ejection.remaining)
  }
  expect(waits).toEqual([200, 300, 400, 500, 600, 700, 800, 900, 1000, 1000, 1000, 1000])
})

test('what is sent before its time is no try', () => {
  fail(3)
  now += 50
  ejection.sent()
  expect(ejection.remaining).toBe(50)
})

test('0 failures: never', () => {
  ejection = new Ejection({ failures: 0, time: 100 }, () => now)
  expect(fail(100)).not.toContain(true)
  expect(ejection.admits()).toBe(true)
})
