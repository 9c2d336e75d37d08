import { compileRegex, type OverloadId, type Type } from '../../language/index.ts'
import { parseAddress } from '../../request/index.ts'
import { contains, isA, isGlobalUnicast, masked, parseRange, partsOf } from './addresses.ts'
import { floorDivide, isTimestamp, localTime, parseDuration, parseTimestamp, showDuration, showTimestamp } from './times.ts'
import { ancestorsOf, elementsOf, equal, fail, int, type Value } from './value.ts'

/** Takes its operands in their order, the receiver first. Their types are checked. */
type Builtin = (...operands: never[]) => Value

/** One meaning for several overloads; it may depend on their name (`abs` of `math.abs(int)`). */
function all<Id extends OverloadId>(ids: readonly Id[], meaning: (name: string) => Builtin): Readonly<Record<Id, Builtin>> {
  const entries = ids.map((id) => [id, meaning(/(\w+)(\(|$)/.exec(id)?.[1] as string)])
  return Object.fromEntries(entries) as Record<Id, Builtin>
}

const read = <T>(value: T | null): T => value ?? fail('conversion')
const readNumber = (text: string, pattern: RegExp) => read(pattern.test(text) ? Number(text) : null)
const readInt = (value: number) => read(Number.isSafeInteger(value) ? int(value) : null)
const size = (text: string) => [...text].length
const slice = (text: string, from: number, to = size(text)) =>
  from < 0 || from > to || to > size(text) ? fail('range') : [...text].slice(from, to).join('')
const has = (whole: Value, one: Value) => elementsOf(whole).some((element) => equal(element, one))
const hasAll = (a: Value, b: Value) => elementsOf(b).every((one) => has(a, one))
const bits = (value: bigint) => int(Number(BigInt.asIntN(64, value)))
const reverse = (text: string) => [...text].reverse().join('')
const trimStart = (text: string) => text.replace(/^\p{White_Space}+/u, '')
const places = (count: number) => (count < 0 ? fail('range') : BigInt(Math.min(count, 64)))
const LONGEST = 2 ** 20
const atMost = <T extends { readonly length: number }>(most: number, made: T) => (made.length > most ? fail('range') : made)
const some = (list: readonly number[], of: (...numbers: number[]) => number) => (list.length === 0 ? fail('range') : of(...list))

export const builtins: Readonly<Record<OverloadId, Builtin>> = {
  ...all(['string.size', 'size(string)'], () => size),
  ...all(
    ['list.size', 'size(list)', 'set.size', 'size(set)', 'map.size', 'size(map)'],
    () => (whole: Value) => elementsOf(whole).length,
  ),
  ...all(['sets.contains(list)', 'sets.contains(set)'], () => hasAll),
  ...all(['sets.equivalent(list)', 'sets.equivalent(set)'], () => (a: Value, b: Value) => hasAll(a, b) && hasAll(b, a)),
  ...all(
    ['sets.intersects(list)', 'sets.intersects(set)'],
    () => (a: Value, b: Value) => elementsOf(a).some((one) => has(b, one)),
  ),
  'hierarchy.within': (parents: ReadonlyMap<string, string[]>, a: string, b: string) => a === b || ancestorsOf(parents, a).has(b),
  'optional.hasValue': (optional: readonly Value[]) => optional.length > 0,
  // Its argument is evaluated only where there is no value: `evaluate` sees to that.
  'optional.orValue': (_: readonly Value[], otherwise: Value) => otherwise,

  'string.startsWith': (text: string, start: string) => text.startsWith(start),
  'string.endsWith': (text: string, end: string) => text.endsWith(end),
  'string.contains': (text: string, part: string) => text.includes(part),
  ...all(['string.matches', 'matches(string)'], () => matches),
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

  ...all(
    ['int(int)', 'double(double)', 'double(int)', 'string(string)', 'string(ip)', 'string(cidr)'],
    () => (same: Value) => same,
  ),
  ...all(['bool(bool)', 'timestamp(timestamp)', 'duration(duration)', 'ip(ip)', 'cidr(cidr)'], () => (same: Value) => same),
  'int(double)': (value: number) => readInt(Math.trunc(value)),
  'int(string)': (text: string) => readInt(readNumber(text, /^[+-]?\d+$/)),
  'int(timestamp)': (ns: bigint) => Number(floorDivide(ns, 1_000_000_000n)),
  'double(string)': (text: string) => {
    const value = readNumber(text, /^([+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|Infinity)|NaN)$/)
    return Number.isFinite(value) || /[fN]/.test(text) ? value : fail('conversion')
  },
  ...all(['string(bool)', 'string(int)'], () => String),
  'string(double)': (value: number) => (Object.is(value, -0) ? '-0' : String(value)),
  'string(timestamp)': showTimestamp,
  'string(duration)': showDuration,
  'bool(string)': (text: string) =>
    /^(1|t|T|true|True|TRUE)$/.test(text) || !read(/^(0|f|F|false|False|FALSE)$/.test(text) || null),

  'timestamp(string)': (text: string) => read(parseTimestamp(text)),
  'timestamp(int)': (seconds: number) => {
    const ns = BigInt(seconds) * 1_000_000_000n
    return isTimestamp(ns) ? ns : fail('overflow')
  },
  'duration(string)': (text: string) => read(parseDuration(text)),
  ...all(['timestamp.getFullYear', 'timestamp.getMonth', 'timestamp.getDate', 'timestamp.getHours'], ofLocalTime),
  ...all(['timestamp.getMinutes', 'timestamp.getSeconds', 'timestamp.getMilliseconds'], ofLocalTime),
  'timestamp.getDayOfMonth': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCDate() - 1,
  'timestamp.getDayOfWeek': (ns: bigint, zone?: string) => localTime(ns, zone).getUTCDay(),
  'timestamp.getDayOfYear': (ns: bigint, zone?: string) => {
    const at = localTime(ns, zone)
    return Math.floor((at.getTime() - new Date(at).setUTCMonth(0, 1)) / 86_400_000)
  },
  'duration.getHours': (ns: bigint) => Number(ns / 3_600_000_000_000n),
  'duration.getMinutes': (ns: bigint) => Number(ns / 60_000_000_000n),
  'duration.getSeconds': (ns: bigint) => Number(ns / 1_000_000_000n),
  'duration.getMilliseconds': (ns: bigint) => Number((ns / 1_000_000n) % 1000n),

  'ip(string)': (text: string) => read(parseAddress(text)),
  'cidr(string)': (text: string) => read(parseRange(text)),
  isIP: (text: string) => parseAddress(text) !== null,
  isCIDR: (text: string) => parseRange(text) !== null,
  'ip.isCanonical': (text: string) => read(parseAddress(text)) === text,
  'ip.family': (address: string) => (address.includes(':') ? 6 : 4),
  ...all(['ip.isUnspecified', 'ip.isLoopback', 'ip.isLinkLocalMulticast', 'ip.isLinkLocalUnicast'], isA),
  'ip.isGlobalUnicast': isGlobalUnicast,
  ...all(['cidr.containsIP(ip)', 'cidr.containsCIDR(cidr)'], () => contains),
  'cidr.containsIP(string)': (range: string, text: string) => contains(range, read(parseAddress(text))),
  'cidr.containsCIDR(string)': (range: string, text: string) => contains(range, read(parseRange(text))),
  'cidr.ip': (range: string) => partsOf(range)[0],
  'cidr.masked': masked,
  'cidr.prefixLength': (range: string) => partsOf(range)[1],

  ...all(['math.greatest(int)', 'math.greatest(double)'], () => Math.max),
  ...all(['math.greatest(list<int>)', 'math.greatest(list<double>)'], () => (list: number[]) => some(list, Math.max)),
  ...all(['math.least(int)', 'math.least(double)'], () => Math.min),
  ...all(['math.least(list<int>)', 'math.least(list<double>)'], () => (list: number[]) => some(list, Math.min)),
  ...all(['math.ceil', 'math.floor', 'math.trunc', 'math.abs(int)', 'math.abs(double)'], (name) => Math[name as 'abs']),
  ...all(['math.sign(int)', 'math.sign(double)', 'math.sqrt(int)', 'math.sqrt(double)'], (name) => Math[name as 'sign']),
  'math.round': (value: number) => Math.sign(value) * Math.round(Math.abs(value)),
  ...all(['math.isNaN', 'math.isFinite'], (name) => Number[name as 'isNaN']),
  'math.isInf': (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
  'math.bitOr': (a: number, b: number) => bits(BigInt(a) | BigInt(b)),
  'math.bitAnd': (a: number, b: number) => bits(BigInt(a) & BigInt(b)),
  'math.bitXor': (a: number, b: number) => bits(BigInt(a) ^ BigInt(b)),
  'math.bitNot': (a: number) => bits(~BigInt(a)),
  'math.bitShiftLeft': (a: number, count: number) => bits(BigInt(a) << places(count)),
  'math.bitShiftRight': (a: number, count: number) => bits(BigInt.asUintN(64, BigInt(a)) >> places(count)),
}

/** A text, int, bool or address as a text. */
export function showScalar(value: Value, { kind }: Type): string {
  const show = builtins[kind === 'literals' ? 'string(string)' : (`string(${kind})` as 'string(int)')] as (value: Value) => string
  return show(value)
}

function ofLocalTime(getter: string): Builtin {
  return (ns: bigint, zone?: string) => localTime(ns, zone)[getter.replace('get', 'getUTC') as 'getUTCDate']()
}

/** In code points what stands before a position in UTF-16 units; −1 is nowhere. */
function sizeBefore(text: string, unit: number): number {
  return unit === -1 ? -1 : size(text.slice(0, unit))
}

function matches(text: string, pattern: string): boolean {
  const compiled = compileRegex(pattern)
  if (!compiled.ok) throw new Error('the checker reads every pattern')
  return compiled.regex.test(text)
}

/** The first so many; a negative number is all. The empty text stands before every code point and at the end. */
function replace(text: string, old: string, by: string, times = -1): string {
  const between = old === '' ? ['', ...text, ''] : text.split(old)
  const replaced = times < 0 ? between.length : times + 1
  return atMost(LONGEST, [between.slice(0, replaced).join(by), ...between.slice(replaced)].join(old))
}

/** At most so many parts, the last of which holds the rest; a negative number is no limit. */
function split(text: string, separator: string, most = -1): readonly string[] {
  const all = separator === '' ? [...text] : text.split(separator)
  if (most < 0 || most >= all.length) return atMost(1000, all)
  return most === 0 ? [] : atMost(1000, [...all.slice(0, most - 1), all.slice(most - 1).join(separator)])
}
