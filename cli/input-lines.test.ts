import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { inputLines } from './input-lines.ts'

async function linesOf(...pieces: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of inputLines(Readable.from(pieces.map((piece) => Buffer.from(piece))))) lines.push(line)
  return lines
}

test.each([
  ['no input', [], []],
  ['a last line without a break', ['a\nb'], ['a', 'b']],
  ['breaks of Windows, also in two pieces', ['a\r\nb\r', '\n\r\n'], ['a', 'b', '']],
  ['other separators of lines in a JSON string', ['"a\u2028b\u2029c\rd"\n'], ['"a\u2028b\u2029c\rd"']],
  ['a character in two pieces', [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)], ['é']],
])('%s', async (_, pieces, lines) => {
  expect(await linesOf(...pieces)).toEqual(lines)
})

test('a line that does not end is an error, and not read to its end', async () => {
  const piece = Buffer.alloc(1 << 20, 'a')
  let pieces = 0
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      pieces++
      yield piece
    }
  }
  const lines = inputLines(endless())
  await expect(lines.next()).rejects.toThrow('a line of standard input is longer than 16 MiB')
  expect(pieces).toBe(17)
})
