import { describe, expect, test } from 'vitest'
import {
  align,
  blankLine,
  blockComment,
  concat,
  either,
  group,
  hardLine,
  indent,
  join,
  line,
  lineComment,
  softLine,
  space,
  spaces,
} from './document.ts'
import { flatWidth, printDocument } from './print-document.ts'

const list = (items: readonly string[]) =>
  group(concat('[', indent(concat(softLine, join(concat(',', line), items), either({ broken: ',', flat: '' }))), softLine, ']'))

describe('a group', () => {
  test('is on one line where that has room', () => {
    expect(printDocument(list(['a', 'b']), 6)).toBe('[a, b]\n')
  })

  test('else ends a line at each of its places, and at none of those of a group within that has room', () => {
    expect(printDocument(list(['a', 'b']), 5)).toBe('[\n  a,\n  b,\n]\n')
    const outer = group(concat('f(', indent(concat(softLine, list(['a', 'b']), ',', line, 'c')), softLine, ')'))
    expect(printDocument(outer, 9)).toBe('f(\n  [a, b],\n  c\n)\n')
  })

  test('leaves room for what follows it on its line', () => {
    expect(printDocument(concat(list(['a', 'b']), '!!'), 7)).toBe('[\n  a,\n  b,\n]!!\n')
    expect(printDocument(concat(list(['a', 'b']), hardLine, '!!'), 7)).toBe('[a, b]\n!!\n')
    // What follows can end its line at its first place.
    expect(printDocument(concat(list(['a', 'b']), group(concat(line, '!!'))), 6)).toBe('[a, b]\n!!\n')
  })

  test('is broken by a line that must end within, and so are those round it', () => {
    const inner = group(concat('(', indent(concat(softLine, 'a', hardLine, 'b')), softLine, ')'))
    expect(printDocument(group(concat('x', indent(concat(line, inner)))), 80)).toBe('x\n  (\n    a\n    b\n  )\n')
  })

  test('of wide characters takes their columns', () => {
    expect(printDocument(list(['漢', 'b']), 7)).toBe('[漢, b]\n')
    expect(printDocument(list(['漢', 'b']), 6)).toBe('[\n  漢,\n  b,\n]\n')
  })
})

test('lines within an alignment begin where it begins', () => {
  const condition = align(group(concat('a', line, '&& b')))
  expect(printDocument(concat('when', spaces(3), condition), 10)).toBe('when   a\n       && b\n')
})

test('white space does not stand at the end of a line, nor at its beginning but for what it is further in', () => {
  expect(printDocument(concat('a', space, indent(concat(hardLine, space, 'b')), space), 80)).toBe('a\n  b\n')
  expect(printDocument(concat(hardLine, 'a', blankLine, blankLine, 'b', hardLine, hardLine), 80)).toBe('a\n\nb\n')
  expect(printDocument(concat(hardLine, hardLine), 80)).toBe('')
})

describe('a comment', () => {
  test('that trails stands behind what was printed last, before every line end that was to come', () => {
    const items = concat('a', ',', line, lineComment('// of a', true), 'b')
    expect(printDocument(group(concat('[', indent(concat(softLine, items)), softLine, ']')), 80)).toBe(
      '[\n  a, // of a\n  b\n]\n',
    )
  })

  test('ends its line, whatever follows', () => {
    expect(printDocument(indent(concat('a', space, lineComment('// x', true), 'b')), 80)).toBe('a // x\n  b\n')
  })

  test('is on a line of its own where one before it would swallow it', () => {
    expect(printDocument(concat('a', lineComment('// x', true), lineComment('// y', true), 'b'), 80)).toBe('a // x\n// y\nb\n')
  })

  test('of its own stands as far in as what is round it', () => {
    expect(printDocument(concat('{', indent(concat(hardLine, lineComment('// x', false), 'b')), hardLine, '}'), 80)).toBe(
      '{\n  // x\n  b\n}\n',
    )
  })

  test('within a line keeps a space from what is no bracket', () => {
    expect(printDocument(concat('f(', blockComment('/* x */', true), 'a', blockComment('/* y */', false), ')'), 80)).toBe(
      'f(/* x */ a /* y */)\n',
    )
  })
})

test('the width on one line', () => {
  expect(flatWidth(list(['a', 'b']))).toBe(6)
  expect(flatWidth(concat('a', hardLine))).toBeNull()
  expect(flatWidth('a\nb')).toBeNull()
})
