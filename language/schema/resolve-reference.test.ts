import { expect, test } from 'vitest'
import { type Document, type Json, readDocument } from './document.ts'
import { resolveReference } from './resolve-reference.ts'

function documentOf(root: Json): Document {
  return { ...(readDocument({ name: 'a.json', text: '{}' }, []) as Document), root }
}

test('an anchor is found by each of its names, with its place', () => {
  const [a, b, c] = [{ $anchor: 'a', $id: '#also' }, { id: '#b' }, { $anchor: 'a' }]
  const list = [b, a]
  const document = documentOf({ c, list, id: 'https://x.example/s' })
  const found = (reference: string) => {
    const resolved = resolveReference(document, reference)
    return resolved.ok ? [resolved.value, resolved.place] : resolved.why
  }
  // The last of a name.
  expect(found('#a')).toEqual([a, { container: list, key: 1 }])
  expect(found('https://x.example/s#also')).toEqual([a, { container: list, key: 1 }])
  expect(found('#b')).toEqual([b, { container: list, key: 0 }])
  for (const name of ['none', '__proto__', 'https://x.example/s'])
    expect(found(`#${name}`)).toBe(`there is nothing at \`#${name}\``)
})

test('a pointer finds the elements of a list by index, and members that an object has itself', () => {
  const document = documentOf({ list: ['a', 'b'], object: { '': 1, '01': 2 } })
  const found = (pointer: string) => {
    const resolved = resolveReference(document, pointer)
    return resolved.ok ? resolved.value : resolved.why
  }
  expect(['#/list/0', '#/list/1', '#/object/', '#/object/01'].map(found)).toEqual(['a', 'b', 1, 2])
  const nothing = ['length', 'map', '2', '-', '-1', '01', '1.0', '1e0', '', '__proto__'].map((key) => `#/list/${key}`)
  for (const pointer of [...nothing, '#/object/constructor', '#/object/__proto__', '#/list/0/length'])
    expect(found(pointer)).toBe(`there is nothing at \`${pointer}\``)
})

test('a document is looked through once for all anchors', () => {
  let looks = 0
  const within = new Proxy<Record<string, Json>>(
    { a: { $anchor: 'a' } },
    {
      ownKeys(of) {
        looks++
        return Reflect.ownKeys(of)
      },
    },
  )
  const document = documentOf({ within })
  const found = ['#a', '#a', '#none', '#none', '#a'].map((reference) => resolveReference(document, reference).ok)
  expect([found, looks]).toEqual([[true, true, false, false, true], 1])
})
