import type { OverloadId } from '../../../language/builtins/index.ts'
import { type Code, identifier, joinCode, js } from '../code.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'

/** Function that emits the call of a built-in function from the code of its operands. No operand may be an error. */
export type EmitCall = (...operands: readonly Term[]) => Term

function helper(name: string): EmitCall {
  const callee = identifier(name)
  return (...operands) => {
    const given = operands.map(({ code }) => code)
    return atom(js`abi.${callee}(${joinCode(given, ', ')})`)
  }
}

/** A method of texts, collections or hierarchies. */
function method(name: string): EmitCall {
  const callee = identifier(name)
  return (receiver, ...rest) => {
    const given = rest.map(({ code }) => code)
    return atom(js`${at(LEVEL.atom, receiver as Term)}.${callee}(${joinCode(given, ', ')})`)
  }
}

function member(name: Code): EmitCall {
  return (receiver) => atom(js`${at(LEVEL.atom, receiver as Term)}.${name}`)
}

/** Built-ins that `emit-call.ts` emits in another way. */
const noCall: EmitCall = () => {
  throw new Error('a call of what is no call')
}
const identity: EmitCall = (value) => value as Term
const length = member(js`length`)
const size = member(js`size`)
/** Functions of JavaScript whose result may be −0. */
const signOf: EmitCall = (value) => term(js`abi.sign(${(value as Term).code}) + 0`, LEVEL.sum)
const isInfinite: EmitCall = (value) => term(js`abi.abs(${(value as Term).code}) === Infinity`, LEVEL.equality)
const asText: EmitCall = (value) => term(js`'' + ${at(LEVEL.product, value as Term)}`, LEVEL.sum)
/** The pattern is a compiled constant. */
const matches: EmitCall = (text, regex) => atom(js`${at(LEVEL.atom, regex as Term)}.test(${(text as Term).code})`)

/** Folds a helper of two operands over any number of them. */
function helperOfPairs(name: string): EmitCall {
  const both = helper(name)
  return (first, ...rest) => rest.reduce((left, right) => both(left, right), first as Term)
}

/** Emitters of the built-in functions, by overload. The type requires one for each. */
export const CALLS = {
  'list.size': length,
  'size(list)': length,
  'set.size': size,
  'size(set)': size,
  'map.size': size,
  'size(map)': size,
  'sets.contains(list)': helper('includesList'),
  'sets.contains(set)': helper('includesSet'),
  'sets.equivalent(list)': helper('equivalentLists'),
  'sets.equivalent(set)': helper('sameSet'),
  'sets.intersects(list)': helper('intersectLists'),
  'sets.intersects(set)': helper('intersectSets'),
  'hierarchy.within': method('within'),
  'optional.orValue': noCall,
  'optional.hasValue': (value) => term(js`${at(LEVEL.equality, value as Term)} !== null`, LEVEL.equality),

  'string.size': helper('codePoints'),
  'size(string)': helper('codePoints'),
  'string.startsWith': method('startsWith'),
  'string.endsWith': method('endsWith'),
  'string.contains': method('includes'),
  'string.matches': matches,
  'matches(string)': matches,
  'string.lowerAscii': helper('lowerAscii'),
  'string.upperAscii': helper('upperAscii'),
  'string.charAt': helper('charAt'),
  'string.indexOf': helper('indexOf'),
  'string.lastIndexOf': helper('lastIndexOf'),
  'string.replace': helper('replace'),
  'string.split': helper('split'),
  'string.substring': helper('substring'),
  'string.trim': helper('trim'),
  'string.reverse': helper('reverse'),
  'list.join': helper('join'),

  'int(int)': identity,
  'int(double)': helper('intOfDouble'),
  'int(string)': helper('intOfText'),
  'int(timestamp)': noCall,
  'double(double)': identity,
  'double(int)': identity,
  'double(string)': helper('doubleOfText'),
  'string(string)': identity,
  'string(bool)': asText,
  'string(int)': asText,
  'string(double)': helper('textOfDouble'),
  'string(timestamp)': helper('formatTimestamp'),
  'string(duration)': helper('formatDuration'),
  'string(ip)': identity,
  'string(cidr)': identity,
  'bool(bool)': identity,
  'bool(string)': helper('boolOfText'),

  'timestamp(string)': helper('parseTimestamp'),
  'timestamp(int)': helper('timestampOfSeconds'),
  'timestamp(timestamp)': identity,
  'duration(string)': helper('parseDuration'),
  'duration(duration)': identity,
  'timestamp.getFullYear': helper('getFullYear'),
  'timestamp.getMonth': helper('getMonth'),
  'timestamp.getDate': helper('getDate'),
  'timestamp.getDayOfMonth': helper('getDayOfMonth'),
  'timestamp.getDayOfWeek': helper('getDayOfWeek'),
  'timestamp.getDayOfYear': helper('getDayOfYear'),
  'timestamp.getHours': helper('getHours'),
  'timestamp.getMinutes': helper('getMinutes'),
  'timestamp.getSeconds': helper('getSeconds'),
  'timestamp.getMilliseconds': helper('getMilliseconds'),
  'duration.getHours': noCall,
  'duration.getMinutes': noCall,
  'duration.getSeconds': noCall,
  'duration.getMilliseconds': helper('durationMilliseconds'),

  'ip(string)': helper('ip'),
  'cidr(string)': helper('cidr'),
  'ip(ip)': identity,
  'cidr(cidr)': identity,
  isIP: helper('isIP'),
  isCIDR: helper('isCIDR'),
  'ip.isCanonical': helper('isCanonicalIP'),
  'ip.family': helper('family'),
  'ip.isUnspecified': helper('isUnspecified'),
  'ip.isLoopback': helper('isLoopback'),
  'ip.isLinkLocalMulticast': helper('isLinkLocalMulticast'),
  'ip.isLinkLocalUnicast': helper('isLinkLocalUnicast'),
  'ip.isGlobalUnicast': helper('isGlobalUnicast'),
  'cidr.containsIP(ip)': helper('containsIP'),
  'cidr.containsIP(string)': helper('containsIPText'),
  'cidr.containsCIDR(cidr)': helper('containsCIDR'),
  'cidr.containsCIDR(string)': helper('containsCIDRText'),
  'cidr.ip': helper('addressOf'),
  'cidr.masked': helper('masked'),
  'cidr.prefixLength': helper('prefixLength'),

  'math.greatest(int)': helperOfPairs('max'),
  'math.greatest(list<int>)': helper('greatestOfInts'),
  'math.greatest(double)': helperOfPairs('max'),
  'math.greatest(list<double>)': helper('greatestOf'),
  'math.least(int)': helperOfPairs('min'),
  'math.least(list<int>)': helper('leastOfInts'),
  'math.least(double)': helperOfPairs('min'),
  'math.least(list<double>)': helper('leastOf'),
  'math.ceil': helper('ceil'),
  'math.floor': helper('floor'),
  'math.round': helper('round'),
  'math.trunc': helper('trunc'),
  'math.abs(int)': helper('abs'),
  'math.sign(int)': signOf,
  'math.sqrt(int)': helper('sqrt'),
  'math.abs(double)': helper('abs'),
  'math.sign(double)': signOf,
  'math.sqrt(double)': helper('sqrt'),
  'math.isNaN': helper('isNaN'),
  'math.isInf': isInfinite,
  'math.isFinite': helper('isFinite'),
  'math.bitOr': helper('bitOr'),
  'math.bitAnd': helper('bitAnd'),
  'math.bitXor': helper('bitXor'),
  'math.bitNot': helper('bitNot'),
  'math.bitShiftLeft': helper('bitShiftLeft'),
  'math.bitShiftRight': helper('bitShiftRight'),
} as const satisfies Record<OverloadId, EmitCall>
