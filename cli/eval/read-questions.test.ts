import { expect, test } from 'vitest'
import { type Asked, readQuestions } from './read-questions.ts'

async function read(text: string): Promise<Asked[]> {
  const asked: Asked[] = []
  for await (const one of readQuestions(text.split('\n'))) asked.push(one)
  return asked
}

const question = { method: 'GET', url: 'http://a.test/' }

test('one object a line, blank lines between', async () => {
  const text = `${JSON.stringify(question)}\n\n${JSON.stringify({ ...question, id: '2' })}\n`
  expect(await read(text)).toEqual([
    { ok: true, request: question },
    { ok: true, request: { ...question, id: '2' } },
  ])
})

test('one object over several lines', async () => {
  expect(await read(JSON.stringify(question, null, 2))).toEqual([{ ok: true, request: question }])
})

test('a bad line is an answer with its number, wherever it stands', async () => {
  const good = JSON.stringify(question)
  for (const at of [0, 1, 2]) {
    const lines = [good, good]
    lines.splice(at, 0, '{"method":')
    const asked = await read(lines.join('\n'))
    expect(asked.map((one) => one.ok)).toEqual([0, 1, 2].map((line) => line !== at))
    expect(asked[at]).toMatchObject({ line: at + 1, message: expect.stringContaining('not JSON') })
  }
})

test.each([
  [[], 'the request must be an object'],
  [null, 'the request must be an object'],
  [{ method: 'GET' }, 'the request lacks `url`'],
  [{ ...question, method: 1 }, 'the request has `method`, which must be a string'],
  [{ ...question, calller: {} }, 'the request has `calller`, which is unknown: did you mean `caller`?'],
  [{ ...question, caller: { identity: 'a' } }, 'the request has `caller`, and that lacks `claims`'],
  [{ ...question, caller: 'ann' }, 'the request has `caller`, which must be an object'],
  [
    { ...question, headers: { a: 1 } },
    'the request has `headers`, and that has `a`, which must be a string or a list of strings',
  ],
  [{ ...question, time: 'noon' }, 'the request has `time`, which must be a time of RFC 3339, as 2026-03-02T09:00:00Z'],
])('%j is refused', async (value, message) => {
  expect(await read(JSON.stringify(value))).toEqual([{ ok: false, line: 1, message }])
})

test('an answer to a bad question bears its id', async () => {
  expect(await read('{"id":"7","method":"GET"}')).toEqual([{ ok: false, line: 1, id: '7', message: 'the request lacks `url`' }])
})
