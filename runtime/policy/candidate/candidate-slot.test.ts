import { expect, onTestFinished, test, vi } from 'vitest'
import { tinyBundle, tinyPolicy, tinySchemas } from '../../../tests/bundles/tiny-policy.ts'
import { type InstantiateInput, PolicySlot, readBundle } from '../index.ts'

/** What it says of groups makes its revision. */
async function version(group: string, change: (code: string) => string = (code) => code): Promise<InstantiateInput> {
  const policy = change(tinyPolicy(group))
  const bytes = await tinyBundle({ compiled: { policy, needs: ['identity:jwt'], schemas: tinySchemas } })
  const read = await readBundle(bytes, { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  return read.bundle
}

/** That serves `a`. */
async function serving(): Promise<PolicySlot> {
  const slot = new PolicySlot()
  await activate(slot, await version('a'))
  return slot
}

async function activate(slot: PolicySlot, bundle: InstantiateInput): Promise<void> {
  expect(await slot.prepare({ bundle })).toBeNull()
  slot.commit()
}

test('has one beside what serves, until it ends, and tells who has to decide again', async () => {
  const slot = await serving()
  const onChange = vi.spyOn(slot.candidates, 'onChange')
  onTestFinished(() => onChange.mockRestore())
  expect([slot.candidates.current, await slot.candidates.tally()]).toEqual([null, null])
  const next = await version('b')
  expect(await slot.candidates.begin(next)).toBeNull()
  expect(slot.candidates.current).toMatchObject({
    policy: { revision: next.manifest.revision },
    share: { parts: 0, services: null },
  })
  expect(slot.current?.revision).not.toBe(next.manifest.revision)
  expect(onChange).toHaveBeenCalledTimes(0)
  const { book } = slot.candidates.current ?? {}
  book?.same()
  await slot.candidates.share({ parts: 100, services: ['shop'] })
  expect(slot.candidates.current).toMatchObject({ share: { parts: 100, services: ['shop'] } })
  expect(await slot.candidates.tally()).toMatchObject({ compared: 1, ended: null })
  expect(onChange).toHaveBeenCalledTimes(1)
  await slot.candidates.end()
  expect([slot.candidates.current, await slot.candidates.tally()]).toEqual([null, null])
  expect(onChange).toHaveBeenCalledTimes(2)
  await slot.candidates.end()
  await slot.candidates.share({ parts: 100, services: null })
  expect([slot.candidates.current, onChange.mock.calls.length]).toEqual([null, 2])
})

test('another one takes its place, with counts and a share of its own; one that is refused leaves none', async () => {
  const slot = await serving()
  expect(await slot.candidates.begin(await version('b'))).toBeNull()
  slot.candidates.current?.book.same()
  await slot.candidates.share({ parts: 100, services: null })
  const next = await version('c')
  expect(await slot.candidates.begin(next)).toBeNull()
  expect(slot.candidates.current).toMatchObject({ policy: { revision: next.manifest.revision }, share: { parts: 0 } })
  expect(await slot.candidates.tally()).toMatchObject({ compared: 0 })
  const strange = await version('d', (code) => code.replace("'use strict'", "'use strict'\nprocess.exit(1)"))
  expect(await slot.candidates.begin(strange)).toMatchObject({ code: 'module-whitelist' })
  expect([slot.candidates.current, await slot.candidates.tally()]).toEqual([null, null])
})

test('of what is asked for while one is made, the last counts', async () => {
  const slot = await serving()
  const [first, second] = [await version('b'), await version('c')]
  const both = await Promise.all([slot.candidates.begin(first), slot.candidates.begin(second)])
  expect(both).toEqual([{ kind: 'refused', code: 'internal', message: 'the candidate ended before it started: try again' }, null])
  expect(slot.candidates.current?.policy.revision).toBe(second.manifest.revision)
  const ended = slot.candidates.begin(first)
  await slot.candidates.end()
  expect([(await ended)?.code, slot.candidates.current]).toEqual(['internal', null])
})

test('goes on beside another policy, and is over once it is the one that serves', async () => {
  const slot = await serving()
  const next = await version('b')
  expect(await slot.candidates.begin(next)).toBeNull()
  await activate(slot, await version('c'))
  expect(slot.candidates.current?.policy.revision).toBe(next.manifest.revision)
  await activate(slot, next)
  expect([slot.candidates.current, await slot.candidates.tally(), slot.current?.revision]).toEqual([
    null,
    null,
    next.manifest.revision,
  ])
})
