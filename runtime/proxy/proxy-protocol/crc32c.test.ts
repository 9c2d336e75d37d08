import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

/** RFC 3720, appendix B.4 (its bytes are the number's, the last one first). */
test.each([
  ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['32 that go up', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd_794e],
  ['32 that go down', Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113f_db5c],
  ['the digits', Buffer.from('123456789'), 0xe306_9283],
  ['nothing', Buffer.alloc(0), 0],
])('%s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum)
})
