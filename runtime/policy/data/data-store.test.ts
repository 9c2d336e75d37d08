import { expect, test } from 'vitest'
import { SerialQueue } from '../../base/serial-queue.ts'
import type { PolicyRefusal, PolicyTarget } from '../store/policy-target.ts'
import { DataStore } from './data-store.ts'
import type { PushedData } from './pushed-data.ts'

/** The state folder that two stores share. */
function memory(): PushedData & { text: string } {
  const shared = {
    text: '1',
    read: async () => shared.text,
    write: async (_: string, text: string) => {
      shared.text = text
    },
  }
  return shared
}

function storeOf(pushed: PushedData, prepare: () => PolicyRefusal | null): DataStore {
  const enforcers: PolicyTarget = {
    turns: new SerialQueue(),
    prepare: async () => prepare(),
    commit: () => {},
    drop: () => {},
    suspend: () => {},
  }
  return new DataStore({ sources: { level: { kind: 'push' } }, enforcers, pushed, clock: () => 0, onEvent: () => {} })
}

test.each(['open', 'reread'] as const)('%s does not overwrite what another store saves meanwhile', async (how) => {
  const pushed = memory()
  // While the workers prepare the value that was read, the other store saves the next one.
  const store = storeOf(pushed, () => {
    pushed.text = '2'
    return null
  })
  await store[how]()
  expect(store.get('level')?.text).toBe('1')
  expect(pushed.text).toBe('2')
  expect(await store.reread()).toBeNull()
  expect(store.get('level')?.text).toBe('2')
})

test('a value that cannot be loaded again is returned as refused, and the previous one stays', async () => {
  const pushed = memory()
  let refusal: PolicyRefusal | null = null
  const store = storeOf(pushed, () => refusal)
  expect(await store.open()).toEqual([])
  refusal = { kind: 'refused', code: 'worker', message: 'no worker' }
  pushed.text = '2'
  expect(await store.reread()).toEqual(refusal)
  expect(store.get('level')?.text).toBe('1')
  expect(pushed.text).toBe('2')
})

test('a pushed value is saved, and one that is refused is not', async () => {
  const pushed = memory()
  let refusal: PolicyRefusal | null = null
  const store = storeOf(pushed, () => refusal)
  expect(await store.put('level', '3')).toMatchObject({ kind: 'taken' })
  expect(pushed.text).toBe('3')
  refusal = { kind: 'refused', code: 'data', message: 'too high' }
  expect(await store.put('level', '4')).toEqual(refusal)
  expect(pushed.text).toBe('3')
})
