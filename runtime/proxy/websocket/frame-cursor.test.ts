import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameCursor } from './frame-cursor.ts'

function frame(opcode: number, size: number, mask = false): Buffer {
  const bit = mask ? 0x80 : 0
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10)
  head[0] = 0x80 | opcode
  head[1] = bit | (size < 126 ? size : size < 65_536 ? 126 : 127)
  if (head.length === 4) head.writeUInt16BE(size, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2)
  // The payload looks like a Close frame.
  return Buffer.concat([head, Buffer.alloc(mask ? 4 : 0, 1), Buffer.alloc(size, 0x88)])
}

const sizes = fc.oneof(fc.integer({ min: 0, max: 130 }), fc.constantFrom(65_535, 65_536, 70_000))
const frames = fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 9, 10), sizes, fc.boolean()), { minLength: 1, maxLength: 5 })

test('it is between frames exactly at their ends, however the bytes are cut', () => {
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.integer({ min: 1, max: 40_000 })), (drawn, cuts) => {
      const all = drawn.map(([opcode, size, mask]) => frame(opcode, size, mask))
      const ends = new Set<number>()
      let end = 0
      for (const { length } of all) {
        end += length
        ends.add(end)
      }
      const bytes = Buffer.concat(all)
      const cursor = new FrameCursor()
      for (let at = 0, next = 0; at < bytes.length; at = next) {
        next = Math.min(at + (cuts.next().value as number), bytes.length)
        cursor.pass(bytes.subarray(at, next))
        expect([cursor.isBetweenFrames, cursor.hasClosed]).toEqual([ends.has(next), false])
      }
    }),
    { numRuns: 50 },
  )
})

test('it stops at the end of a frame, and sees one that closes', () => {
  const cursor = new FrameCursor()
  const [text, close] = [frame(1, 300), frame(8, 2)]
  expect(cursor.passFrame(text.subarray(0, 3))).toBe(3)
  expect(cursor.passFrame(Buffer.concat([text.subarray(3), close]))).toBe(text.length - 3)
  expect([cursor.isBetweenFrames, cursor.hasClosed]).toEqual([true, false])
  expect(cursor.passFrame(close)).toBe(4)
  expect([cursor.isBetweenFrames, cursor.hasClosed]).toEqual([true, true])
})
