import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { logContent } from './log-content.ts'

/** Pieces in one buffer, as files have them: each is valid only until the next one. */
function* piecesOf(content: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = Buffer.alloc(size)
  for (let at = 0; at < content.length; at += size) {
    const length = Math.min(size, content.length - at)
    buffer.set(content.subarray(at, at + length))
    yield buffer.subarray(0, length)
  }
}

async function textOf(content: Uint8Array, size = 7): Promise<string> {
  const parts: string[] = []
  for await (const piece of logContent(piecesOf(content, size))) parts.push(piece.toString('latin1'))
  return parts.join('')
}

const TEXT = '{"version":3}\n'.repeat(5000)

test.each([
  ['an empty file', Buffer.alloc(0), ''],
  ['a plain file', Buffer.from(TEXT), TEXT],
  ['a compressed file', gzipSync(TEXT), TEXT],
  ['compressed files one behind the other', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]), 'a\nb\n'],
  ['a file of one byte that begins as gzip does', Buffer.from([0x1f]), '\u001f'],
])('%s', async (_, content, text) => {
  expect(await textOf(content)).toBe(text)
})

test.each([
  ['is cut off', gzipSync(TEXT).subarray(0, 60), 'unexpected end of file'],
  ['is no gzip behind its first bytes', Buffer.from([0x1f, 0x8b, 0xff, 0xff]), 'unknown compression method'],
])('a file that %s is an error', async (_, content, message) => {
  await expect(textOf(content)).rejects.toMatchObject({ message, code: expect.stringMatching(/^Z_/) })
})

const MEMBER = gzipSync('a\n')
test.each([
  ['padding', [MEMBER, Buffer.alloc(5)], MEMBER.length],
  ['padding and records', [MEMBER, Buffer.alloc(1023), MEMBER], MEMBER.length],
  ['padding between the third and the fourth member', [MEMBER, MEMBER, MEMBER, Buffer.alloc(1), MEMBER], 3 * MEMBER.length],
])('%s behind compressed data is an error with its place', async (_, parts, at) => {
  // Where the pieces of the file end must not matter.
  for (const size of [2, 7, MEMBER.length, MEMBER.length + 1, 4096])
    await expect(textOf(Buffer.concat(parts), size)).rejects.toMatchObject({
      message: `expected the end of the file or more gzip data at byte ${at}, got a zero`,
      code: 'Z_TRAILING_BYTES',
    })
})

test('a file is closed if reading ends early', async () => {
  for (const content of [Buffer.from(TEXT), gzipSync(TEXT)]) {
    let isClosed = false
    function* watched(): Generator<Uint8Array> {
      try {
        yield* piecesOf(content, 64)
      } finally {
        isClosed = true
      }
    }
    for await (const piece of logContent(watched())) if (piece.length > 0) break
    await expect.poll(() => isClosed).toBe(true)
  }
})
