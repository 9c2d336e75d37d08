import { expect, test } from 'vitest'
import { Circuit } from './circuit.ts'

test('after a failure nobody waits: one tries again after a pause, which grows', () => {
  let now = 0
  const circuit = new Circuit(() => now)
  expect([circuit.enter(), circuit.enter()]).toEqual([null, null])
  circuit.opened('it does not answer')
  // The other one was under way.
  circuit.opened('it does not answer')
  now = 999
  expect(circuit.enter()).toBe('it does not answer')
  now = 1000
  expect([circuit.enter(), circuit.enter()]).toEqual([null, 'it does not answer'])
  circuit.opened('it hangs')
  now = 2999
  expect(circuit.enter()).toBe('it hangs')
  now = 3000
  expect(circuit.enter()).toBeNull()
  circuit.closed()
  expect([circuit.enter(), circuit.enter()]).toEqual([null, null])
  circuit.opened('again')
  now = 4000
  expect(circuit.enter()).toBeNull()
  for (let i = 0; i < 10; i++) {
    circuit.opened('again')
    now += 16_000
    expect(circuit.enter()).toBeNull()
  }
})
