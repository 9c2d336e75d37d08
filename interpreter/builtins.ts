import { compileRegex, type OverloadId, parseTimestamp, type Regex, readDurationConstant, type Type } from '../language/index.ts'
import { parseAddress } from '../request/index.ts'
import { addressAndLength, contains, isA, isGlobalUnicast, masked, parseRange } from './addresses.ts'
import { floorDivide, localTime, SECOND, showDuration, showTimestamp } from './times.ts'
import { ancestorsOf, elementsOf, fail, int, isAmong, ranged, type Value } from './value.ts'

/** Takes the operands in order, the receiver first. The checker has verified their types. */
type Builtin = (...operands: never[]) => Value
type Numbers = readonly (number | readonly number[])[]
/** Overloads of a name share a function, as values show their types, except for timestamps and durations. */
type Name<Id extends string> = Id extends `string(${'timestamp' | 'duration'})` ? Id : Id extends `${infer N}(${string}` ? N : Id

export function builtin(id: OverloadId): (...operands: Value[]) => Value {
  const name = id in builtins ? id : id.replace(/\(.*/, '')
  return builtins[name as keyof typeof builtins] as (...operands: Value[]) => Value
}

/** Converts a text, int, bool, time or address to a text. */
export const showScalar = (value: Value, { kind }: Type) => builtin(`string(${kind})` as OverloadId)(value) as string

const read = <T>(value: T | null): T => value ?? fail('conversion')
const readNumber = (text: string, pattern: RegExp) => read(pattern.test(text) ? Number(text) : null)
const readInt = (value: number) => read(Number.isSafeInteger(value) ? int(value) : null)
const size = (whole: Value) => (typeof whole === 'string' ? [...whole] : elementsOf(whole)).length
const slice = (text: string, from: number, to = size(text)) =>
  from < 0 || from > to || to > size(text) ? fail('range') : [...text].slice(from, to).join('')
/** Converts a position in UTF-16 units to code points; −1 means none. */
const sizeBefore = (text: string, unit: number) => (unit === -1 ? -1 : size(text.slice(0, unit)))
/** The checker has verified every pattern. */
const matches = (text: string, pattern: string) => (compileRegex(pattern) as { readonly regex: Regex }).regex.test(text)
const isFalse = /^(0|f|F|false|False|FALSE)$/
const hasAll = (a: Value, b: Value) => elementsOf(b).every((one) => isAmong(a, one))
const bits = (value: bigint) => int(Number(BigInt.asIntN(64, value)))
const reverse = (text: string) => [...text].reverse().join('')
const trimStart = (text: string) => text.replace(/^\p{White_Space}+/u, '')
const places = (count: number) => (count < 0 ? fail('range') : BigInt(Math.min(count, 64)))
/** The maximum length of a computed text, and of the parts of a split. */
const [LONGEST, MOST] = [2 ** 20, 1000]
const atMost = <T extends { readonly length: number }>(most: number, made: T) => (made.length > most ? fail('overflow') : made)
/** Accepts several numbers, or a list of them. */
const some = (operands: Numbers) => (operands.flat().length === 0 ? fail('range') : operands.flat())

/** All but `orValue`, which evaluates its argument only if there is no value. */
const builtins: Readonly<Record<Name<Exclude<OverloadId, 'optional.orValue'>>, Builtin>> = {
  ...{ size, 'string.size': size, 'list.size': size, 'set.size': size, 'map.size': size },
  'sets.contains': hasAll,
  'sets.equivalent': (a: Value, b: Value) => hasAll(a, b) && hasAll(b, a),
  'sets.intersects': (a: Value, b: Value) => elementsOf(a).some((one) => isAmong(b, one)),
  'hierarchy.within': (parents: ReadonlyMap<string, string[]>, a: string, b: string) => a === b || ancestorsOf(parents, a).has(b),
  'optional.hasValue': (optional: readonly Value[]) => optional.length > 0,

  'string.startsWith': (text: string, start: string) => text.startsWith(start),
  'string.endsWith': (text: string, end: string) => text.endsWith(end),
  'string.contains': (text: string, part: string) => text.includes(part),
  ...{ matches, 'string.matches': matches },
  'string.lowerAscii': (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  'string.upperAscii': (text: string) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  'string.charAt': (text: string, at: number) => (at === size(text) ? '' : slice(text, at, at + 1)),
  'string.indexOf': (text: string, part: string, from = 0) => sizeBefore(text, text.indexOf(part, slice(text, 0, from).length)),
  'string.lastIndexOf': (text: string, part: string, from = size(text)) =>
    sizeBefore(text, text.lastIndexOf(part, slice(text, 0, from).length)),
  'string.replace': replace,
  'string.split': split,
  'string.substring': slice,
  'string.trim': (text: string) => reverse(trimStart(reverse(trimStart(text)))),
  'string.reverse': reverse,
  'list.join': (texts: readonly string[], between = '') => atMost(LONGEST, texts.join(between)),

  bool: (value: string | boolean) =>
    /^(1|t|T|true|True|TRUE)$/.test(String(value)) || (isFalse.test(String(value)) ? false : fail('conversion')),
  int: (value: string | number | bigint) => {
    if (typeof value === 'string') return readInt(readNumber(value, /^[+-]?\d+$/))
    return readInt(typeof value === 'bigint' ? Number(floorDivide(value, SECOND)) : Math.trunc(value))
  },
  double: (value: string | number) => {
    if (typeof value === 'number') return value
    const number = readNumber(value, /^([+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity)|NaN)$/)
    return Number.isFinite(number) || /[fN]/.test(value) ? number : fail('conversion')
  },
  string: (value: Value) => (Object.is(value, -0) ? '-0' : String(value)),
  'string(timestamp)': showTimestamp,
  'string(duration)': showDuration,
  timestamp: (value: string | number | bigint) => {
    if (typeof value === 'number') return ranged(BigInt(value) * SECOND, { kind: 'timestamp' })
    return typeof value === 'string' ? read(parseTimestamp(value)) : value
  },
  duration: (value: string | bigint) => (typeof value === 'string' ? read(readDurationConstant(value)) : value),
  ip: (text: string) => read(parseAddress(text)),
  cidr: (text: string) => read(parseRange(text)),

  'timestamp.getFullYear': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCFullYear(),
  'timestamp.getMonth': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCMonth(),
  'timestamp.getDate': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCDate(),
  'timestamp.getDayOfMonth': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCDate() - 1,
  'timestamp.getDayOfWeek': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCDay(),
  'timestamp.getDayOfYear': (ns: bigint, zone?: string) => {
    const at = localTime(ns, zone)
    return Math.floor((at.getTime() - new Date(at).setUTCMonth(0, 1)) / 86_400_000)
  },
  'timestamp.getHours': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCHours(),
  'timestamp.getMinutes': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCMinutes(),
  'timestamp.getSeconds': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCSeconds(),
  'timestamp.getMilliseconds': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCMilliseconds(),
  'duration.getHours': (ns: bigint) => Number(ns / 3600n / SECOND),
  'duration.getMinutes': (ns: bigint) => Number(ns / 60n / SECOND),
  'duration.getSeconds': (ns: bigint) => Number(ns / SECOND),
  'duration.getMilliseconds': (ns: bigint) => Number((ns % SECOND) / 1_000_000n),

  isIP: (text: string) => parseAddress(text) !== null,
  isCIDR: (text: string) => parseRange(text) !== null,
  'ip.isCanonical': (text: string) => read(parseAddress(text)) === text,
  'ip.family': (address: string) => (address.includes(':') ? 6 : 4),
  ...{ 'ip.isUnspecified': isA('isUnspecified'), 'ip.isLoopback': isA('isLoopback') },
  ...{ 'ip.isLinkLocalMulticast': isA('isLinkLocalMulticast'), 'ip.isLinkLocalUnicast': isA('isLinkLocalUnicast') },
  'ip.isGlobalUnicast': isGlobalUnicast,
  'cidr.containsIP': (range: string, text: string) => contains(range, read(parseAddress(text))),
  'cidr.containsCIDR': (range: string, text: string) => contains(range, read(parseRange(text))),
  'cidr.ip': (range: string) => addressAndLength(range)[0],
  'cidr.masked': masked,
  'cidr.prefixLength': (range: string) => addressAndLength(range)[1],

  'math.greatest': (...operands: Numbers) => Math.max(...some(operands)),
  'math.least': (...operands: Numbers) => Math.min(...some(operands)),
  ...{ 'math.ceil': Math.ceil, 'math.floor': Math.floor, 'math.trunc': Math.trunc, 'math.abs': Math.abs },
  ...{ 'math.sqrt': Math.sqrt, 'math.isNaN': Number.isNaN, 'math.isFinite': Number.isFinite },
  // The sign of either zero is 0.
  'math.sign': (value: number) => Math.sign(value) + 0,
  'math.round': (value: number) => Math.sign(value) * Math.round(Math.abs(value)),
  'math.isInf': (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
  'math.bitOr': (a: number, b: number) => bits(BigInt(a) | BigInt(b)),
  'math.bitAnd': (a: number, b: number) => bits(BigInt(a) & BigInt(b)),
  'math.bitXor': (a: number, b: number) => bits(BigInt(a) ^ BigInt(b)),
  'math.bitNot': (a: number) => bits(~BigInt(a)),
  'math.bitShiftLeft': (a: number, count: number) => bits(BigInt(a) << places(count)),
  'math.bitShiftRight': (a: number, count: number) => bits(BigInt.asUintN(64, BigInt(a)) >> places(count)),
}

/** Replaces the first `times` occurrences; negative: all. An empty `old` precedes every code point and is at the end. */
function replace(text: string, old: string, by: string, times = -1): string {
  const between = old === '' ? ['', ...text, ''] : text.split(old)
  const replaced = times < 0 ? between.length : times + 1
  return atMost(LONGEST, [between.slice(0, replaced).join(by), ...between.slice(replaced)].join(old))
}

/** Returns at most `most` parts, the last with the rest; negative: unlimited. */
function split(text: string, separator: string, most = -1): readonly string[] {
  const all = separator === '' ? [...text] : text.split(separator)
  if (most < 0 || most >= all.length) return atMost(MOST, all)
  return most === 0 ? [] : atMost(MOST, [...all.slice(0, most - 1), all.slice(most - 1).join(separator)])
}
