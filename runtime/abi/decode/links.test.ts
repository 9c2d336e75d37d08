import { expect, test } from 'vitest'
import { anonymousFacts } from '../helpers.ts'
import type { DataSnapshot, DecisionRequest, PolicyModule } from '../module.ts'
import { TextMap } from '../values/texts/text-collections.ts'
import { hierarchy } from './hierarchy.ts'
import { ancestors, link, linkData, linked, linkedCaller } from './links.ts'

const names = (...keys: string[]) => new TextMap<unknown>(keys.map((key) => [key, {}]))

test('a text has a position, several have several, and nothing has none', () => {
  const map = names('a', 'b')
  expect([link(map, 'b'), link(map, 'c'), link(map, undefined), link(undefined, 'a')]).toEqual([1, -1, -1, -1])
  expect(link(map, new Set(['b', 'x', 'a']))).toEqual(Int32Array.of(1, -1, 0))
  expect(link(hierarchy({ x: ['y'] }), ['x', 'y'])).toEqual(Int32Array.of(1, 0))
})

test('nothing is above no text, and nobody may ask what never arrived', () => {
  const names = hierarchy({ x: ['y'] })
  expect(ancestors(names, 'x')?.bits).toEqual(Int32Array.of(3))
  expect(ancestors(names, undefined)?.bits).toEqual(Int32Array.of(0))
  expect(ancestors(undefined, 'x')).toBeUndefined()
})

test('entries are linked to the data of their generation, and the entries before stay as they were', () => {
  const module = {
    links: [
      { name: 'docs', link: ({ owner }: { owner: string }, data: DataSnapshot) => ({ owner, at: link(data.people, owner) }) },
    ],
  } as unknown as PolicyModule
  const docs = new TextMap([['d', { owner: 'b' }]])
  const [before, after]: Record<string, unknown>[] = [{ docs, people: names('b') }, {}]
  linkData(module, before as Record<string, unknown>)
  Object.assign(after as object, before, { people: names('a', 'b') })
  linkData(module, after as Record<string, unknown>)
  const entry = (data: unknown) => (data as { docs: TextMap<unknown> }).docs.get('d')
  expect([docs.get('d'), entry(before), entry(after)]).toEqual([{ owner: 'b' }, { owner: 'b', at: 0 }, { owner: 'b', at: 1 }])
  linkData(module, { people: names('b') })
})

test('a caller is linked to the data that a request is decided with, whatever facts were made with', () => {
  const caller = { sub: 'b' }
  const [first, second] = [{ people: names('b') }, { people: names('a', 'b') }]
  const linkCaller = (from: object | null, data: DataSnapshot) => ({ at: link(data.people, (from as typeof caller).sub) })
  const facts = { ...anonymousFacts, identity: 0, caller, linked: linked(linkCaller, caller, {}) }
  const asked = (data: DataSnapshot) => linkedCaller(facts, { data } as DecisionRequest)
  expect([asked(first), asked(second), asked(first)]).toEqual([{ at: 0 }, { at: 1 }, { at: 0 }])
  expect(asked(first)).toBe(asked(first))
})

test('nobody who did not call is linked', () => {
  expect(linkedCaller(anonymousFacts, { data: { people: names('b') } } as unknown as DecisionRequest)).toBeNull()
})
