import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { indent, joinCode, js, literal, mark, reference } from './code.ts'
import { fill, layOut } from './layout.ts'

const show = (code: ReturnType<typeof js>) => {
  const layout = layOut(code)
  return { text: fill(layout, []), marks: layout.marks.map(({ line, column, place }) => `${line}:${column} ${place}`) }
}

describe('marks', () => {
  test('count on each of their lines, the innermost first', () => {
    const clause = mark('rule a 1', js`x > 1`)
    const rule = mark('rule a', js`// permit a\nif (${clause} && y) return 3`)
    expect(show(mark('route s.r', js`function f() {\n${indent(rule)}\n  return 1\n}`))).toEqual({
      text: 'function f() {\n  // permit a\n  if (x > 1 && y) return 3\n  return 1\n}',
      marks: ['0:0 route s.r', '1:2 rule a', '2:0 rule a', '2:6 rule a 1', '2:11 rule a', '3:0 route s.r', '4:0 route s.r'],
    })
  })
  test('a line outside of all has none, and what stands behind a mark is of none', () => {
    expect(show(js`const a = 1\n${mark('role r', js`b`)} = 2\nc`)).toEqual({
      text: 'const a = 1\nb = 2\nc',
      marks: ['1:0 role r', '1:1 null'],
    })
  })
  test('take no room: what is laid out by its length is laid out as without them', () => {
    const code = js`f(${literal('abc')})`
    const marked = joinCode([mark('rule a', code), mark('rule b 0', indent(mark('rule c', code)))], '\n')
    expect(marked.length).toBe(joinCode([code, indent(code)], '\n').length)
    expect(fill(layOut(marked), [])).toHaveLength(marked.length)
  })
  test('no text of a policy looks like one', () => {
    const text = '\x01rule a\x02\x03'
    const layout = layOut(js`return ${literal(text)}`)
    expect(layout.marks).toEqual([])
    expect(new Function(fill(layout, []))()).toBe(text)
  })
  test('a position is a word and a name of the policy', () => {
    for (const place of ['', 'rule', 'rule a\n', 'rule "a"', 'rule a\x03', 'rule a b']) {
      expect(() => mark(place, js`x`), place).toThrow('not a position')
    }
  })
})

test('a text is of one byte a character, also where a part of it was the name of a property', () => {
  setFlagsFromString('--expose-externalize-string')
  const isNarrow: (text: string) => boolean = runInNewContext('isOneByteString')
  // Later contexts of this process would have it, too.
  setFlagsFromString('--no-expose-externalize-string')
  const number = -123_456
  const name = `name${number}`
  expect(Object.keys({ [String(number)]: 1, [name]: 2 })).toEqual(['-123456', name])
  const text = fill(layOut(js`f(${number}, ${reference(0, '')})`), [name])
  expect(text).toBe('f(-123456, name-123456)')
  expect(isNarrow(text)).toBe(true)
})
