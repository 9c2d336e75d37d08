import { expect, test } from 'vitest'
import { type LineValue, readValues } from './read-values.ts'

async function read(text: string): Promise<LineValue[]> {
  const values: LineValue[] = []
  for await (const value of readValues(text.split('\n'))) values.push(value)
  return values
}

test('one object a line, blank lines between', async () => {
  expect(await read('{"a":1}\n\n{"b":2}\n')).toEqual([
    { ok: true, line: 1, value: { a: 1 } },
    { ok: true, line: 3, value: { b: 2 } },
  ])
})

test('one object over several lines', async () => {
  expect(await read('\n{\n  "a": 1\n}\n')).toEqual([{ ok: true, line: 2, value: { a: 1 } }])
})

test('a bad line is told with its number, wherever it stands', async () => {
  for (const at of [0, 1, 2]) {
    const lines = ['{"a":1}', '{"b":2}']
    lines.splice(at, 0, '{"method":')
    const values = await read(lines.join('\n'))
    expect(values.map((value) => value.ok)).toEqual([0, 1, 2].map((line) => line !== at))
    expect(values[at]).toMatchObject({ line: at + 1, message: expect.stringContaining('not JSON') })
  }
})

test('one object over several lines with a mistake in it is one mistake, told where it begins', async () => {
  const values = await read('{\n  "a": 1,\n\n  "b": [2,],\n}\n')
  expect(values).toEqual([{ ok: false, line: 1, message: 'this cannot be read: it is not JSON, at "],\\n}"' }])
})

test('what has two readings is none', async () => {
  expect(await read('{"a":1,"a":2}')).toEqual([
    { ok: false, line: 1, message: 'this cannot be read: an object has the same name twice, at "\\"a\\":2}"' },
  ])
})

test('a byte order mark is no part of the first line', async () => {
  expect(await read('\uFEFF{"a":1}')).toEqual([{ ok: true, line: 1, value: { a: 1 } }])
})

test('values are handed on before the next line comes', async () => {
  const seen: string[] = []
  function* lines() {
    for (const line of ['1', '2']) {
      seen.push(`read ${line}`)
      yield line
    }
  }
  for await (const { line } of readValues(lines())) seen.push(`got ${line}`)
  expect(seen).toEqual(['read 1', 'got 1', 'read 2', 'got 2'])
})
