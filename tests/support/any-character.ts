import fc from 'fast-check'

/** The code points that are halves of surrogate pairs. */
const [FIRST, COUNT] = [0xd800, 0x800]

/**
 * A code point as text: the same draws as `unit: 'binary'` of fast-check, which first puts a million characters into a table
 * to know how to shrink.
 *
 * @example fc.string({ unit: anyCharacter })
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10ffff - COUNT }).map(
  (at) => String.fromCodePoint(at < FIRST ? at : at + COUNT),
  (text) => {
    const point = typeof text === 'string' ? (text.codePointAt(0) ?? -1) : -1
    const isHalf = point >= FIRST && point < FIRST + COUNT
    if (point < 0 || isHalf || String.fromCodePoint(point) !== text) throw new Error('expected one character')
    return point < FIRST ? point : point - COUNT
  },
)
