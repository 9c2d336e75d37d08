import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { poll } from '../../../tests/support/until.ts'
import { forwardLines } from './forward-lines.ts'

test('lines of several sources that come in pieces are written whole', async () => {
  const [one, two] = [new PassThrough(), new PassThrough()]
  let text = ''
  const to = new Writable({
    write(chunk, _, done) {
      text += chunk
      setImmediate(done)
    },
  })
  for (const from of [one, two]) forwardLines(from, to)
  for (let i = 0; i < 20; i++) {
    for (const [name, from] of [
      ['one', one],
      ['two', two],
    ] as const) {
      from.write(`${name} begi`)
      await new Promise(setImmediate)
      from.write(`ns ${i}\n${name} `)
      await new Promise(setImmediate)
      from.write(`ends ${i}\n`)
    }
  }
  await poll(() => text.split('\n').length).toBe(81)
  for (const line of text.split('\n').slice(0, -1)) expect(line).toMatch(/^(one|two) (begins|ends) \d+$/)
})

test('where nobody reads any more, the source is not read either: what waits in it must not seem written', async () => {
  const from = new PassThrough({ highWaterMark: 100 })
  const to = new Writable({ write: (_chunk, _, done) => done(new Error('EPIPE')) })
  to.on('error', () => {})
  forwardLines(from, to)
  from.write('first\n')
  await poll(() => from.isPaused()).toBe(true)
  await new Promise(setImmediate)
  from.write(`${'x'.repeat(200)}\n`)
  await new Promise(setImmediate)
  expect([from.isPaused(), from.writableNeedDrain]).toEqual([true, true])
})
