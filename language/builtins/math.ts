import type { Overload } from './builtin.ts'

/** CEL's `math` extension for ints and doubles. Bits are 64-bit two's complement; a result outside ±(2⁵³−1) is an error. */
export const MATH_BUILTINS = {
  'math.greatest(int)': { signature: 'math.greatest(int, int...): int', fails: false, doc: 'The greatest of the numbers.' },
  'math.greatest(list<int>)': {
    signature: 'math.greatest(list<int>): int',
    fails: true,
    doc: 'The greatest number of the list; of an empty one an error.',
  },
  'math.greatest(double)': {
    signature: 'math.greatest(double, double...): double',
    fails: false,
    doc: 'The greatest of the numbers; NaN where one is.',
  },
  'math.greatest(list<double>)': {
    signature: 'math.greatest(list<double>): double',
    fails: true,
    doc: 'The greatest number of the list; of an empty one an error.',
  },
  'math.least(int)': { signature: 'math.least(int, int...): int', fails: false, doc: 'The least of the numbers.' },
  'math.least(list<int>)': {
    signature: 'math.least(list<int>): int',
    fails: true,
    doc: 'The least number of the list; of an empty one an error.',
  },
  'math.least(double)': {
    signature: 'math.least(double, double...): double',
    fails: false,
    doc: 'The least of the numbers; NaN where one is.',
  },
  'math.least(list<double>)': {
    signature: 'math.least(list<double>): double',
    fails: true,
    doc: 'The least number of the list; of an empty one an error.',
  },
  'math.ceil': { signature: 'math.ceil(double): double', fails: false, doc: 'The least integral number that is not below it.' },
  'math.floor': {
    signature: 'math.floor(double): double',
    fails: false,
    doc: 'The greatest integral number that is not above it.',
  },
  'math.round': {
    signature: 'math.round(double): double',
    fails: false,
    doc: 'The nearest integral number; halves go away from zero.',
  },
  'math.trunc': { signature: 'math.trunc(double): double', fails: false, doc: 'The number without its fraction.' },
  'math.abs(int)': { signature: 'math.abs(int): int', fails: false, doc: 'The number without its sign.' },
  'math.sign(int)': { signature: 'math.sign(int): int', fails: false, doc: '−1, 0 or 1 by its sign.' },
  'math.sqrt(int)': { signature: 'math.sqrt(int): double', fails: false, doc: 'Its square root; NaN of a negative number.' },
  'math.abs(double)': { signature: 'math.abs(double): double', fails: false, doc: 'The number without its sign.' },
  'math.sign(double)': { signature: 'math.sign(double): double', fails: false, doc: '−1, 0 or 1 by its sign; NaN of NaN.' },
  'math.sqrt(double)': {
    signature: 'math.sqrt(double): double',
    fails: false,
    doc: 'Its square root; NaN of a negative number.',
  },
  'math.isNaN': { signature: 'math.isNaN(double): bool', fails: false, doc: 'Whether it is NaN.' },
  'math.isInf': { signature: 'math.isInf(double): bool', fails: false, doc: 'Whether it is infinite.' },
  'math.isFinite': { signature: 'math.isFinite(double): bool', fails: false, doc: 'Whether it is neither NaN nor infinite.' },
  'math.bitOr': { signature: 'math.bitOr(int, int): int', fails: true, doc: 'Bits that are set in either.' },
  'math.bitAnd': { signature: 'math.bitAnd(int, int): int', fails: true, doc: 'Bits that are set in both.' },
  'math.bitXor': { signature: 'math.bitXor(int, int): int', fails: true, doc: 'Bits that are set in one of them.' },
  'math.bitNot': { signature: 'math.bitNot(int): int', fails: true, doc: 'All bits turned.' },
  'math.bitShiftLeft': {
    signature: 'math.bitShiftLeft(int, int): int',
    fails: true,
    doc: 'Bits moved left by so many places, zeros coming in, of 64 or more none left; a negative number of places is an error.',
  },
  'math.bitShiftRight': {
    signature: 'math.bitShiftRight(int, int): int',
    fails: true,
    doc: 'Bits moved right by so many places, zeros coming in, of 64 or more none left; a negative number of places is an error.',
  },
} as const satisfies Record<string, Overload>
