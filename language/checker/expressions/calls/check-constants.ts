/** Checks constants that would always err, and arguments that must be constants. */
import { isAddress, isRange } from '../../../builtins/constants/addresses.ts'
import { isTimestamp, isZone, parseTimestamp, readDurationConstant } from '../../../builtins/constants/times.ts'
import { type OverloadId, overload } from '../../../builtins/index.ts'
import { badConstant, badPattern, constantNeeded, positionBelow } from '../../../diagnostics/catalogue/calls.ts'
import { report } from '../../../diagnostics/report.ts'
import { compileRegex } from '../../../regex/compile-regex.ts'
import type { Call, Expression } from '../../../syntax/ast.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { partOfText } from './part-of-text.ts'

interface Check {
  readonly isValid: (text: string) => boolean
  /** What the text should be, for the message. */
  readonly what: string
  readonly example: string
}

const TIMESTAMP: Check = {
  isValid: (text) => parseTimestamp(text) !== null,
  what: 'a timestamp',
  example: '2026-03-02T09:00:00Z',
}
const DURATION: Check = { isValid: (text) => readDurationConstant(text) !== null, what: 'a duration', example: '1h30m' }
const ADDRESS: Check = { isValid: isAddress, what: 'an address', example: '192.0.2.1' }
const RANGE: Check = { isValid: isRange, what: 'a range of addresses', example: '10.0.0.0/8' }
const ZONE: Check = { isValid: isZone, what: 'a time zone', example: 'Europe/Berlin' }
const BOOL: Check = {
  isValid: (text) => /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(text),
  what: 'a bool',
  example: 'true',
}
const INT: Check = {
  isValid: (text) => /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)),
  what: 'an int',
  example: '42',
}
const DOUBLE: Check = {
  isValid: (text) =>
    /^(?:[+-]?Infinity|NaN)$/.test(text) ||
    (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))),
  what: 'a double',
  example: '4.2',
}

/** By overload, the check of its last operand if that is a string literal. */
const CHECKS: Readonly<Partial<Record<OverloadId, Check>>> = {
  'timestamp(string)': TIMESTAMP,
  'duration(string)': DURATION,
  'ip(string)': ADDRESS,
  'ip.isCanonical': ADDRESS,
  'cidr(string)': RANGE,
  'cidr.containsIP(string)': ADDRESS,
  'cidr.containsCIDR(string)': RANGE,
  'bool(string)': BOOL,
  'int(string)': INT,
  'double(string)': DOUBLE,
}

/** Overloads whose numbers are positions or counts, which must not be negative. */
const POSITIONS: ReadonlySet<OverloadId> = new Set([
  'string.charAt',
  'string.substring',
  'string.indexOf',
  'string.lastIndexOf',
  'math.bitShiftLeft',
  'math.bitShiftRight',
])

/**
 * Returns whether all constant operands of a call are valid, such as patterns and timestamps. Reports the first that would always
 * err, or that is required but not constant.
 */
export function checkConstants(call: Call, operands: readonly Expression[], id: OverloadId, context: ExpressionContext): boolean {
  const { diagnostics } = context
  for (const at of overload(id).constants ?? []) {
    const operand = operands[at] as Expression
    if (operand.kind === 'StringLiteral') continue
    diagnostics.push(report(constantNeeded, operand.span, { name: call.name.text }))
    return false
  }
  if (id === 'string.matches' || id === 'matches(string)') return checkPattern(operands[1] as Expression, context)
  const last = operands.at(-1) as Expression
  const check = id.startsWith('timestamp.get') && operands.length > 1 ? ZONE : CHECKS[id]
  if (check !== undefined && last.kind === 'StringLiteral' && !check.isValid(last.value)) {
    diagnostics.push(report(badConstant, last.span, { text: last.value, what: check.what, example: check.example }))
    return false
  }
  if (id === 'timestamp(int)' && last.kind === 'IntLiteral' && !isTimestamp(BigInt(last.value) * 1_000_000_000n)) {
    diagnostics.push(report(badConstant, last.span, { text: String(last.value), what: 'a timestamp', example: '1767268800' }))
    return false
  }
  const negative = POSITIONS.has(id)
    ? operands.slice(1).find((operand) => operand.kind === 'IntLiteral' && operand.value < 0)
    : undefined
  if (negative !== undefined) diagnostics.push(report(positionBelow, negative.span, { name: call.name.text }))
  return negative === undefined
}

/** Valid patterns, as compiling one takes a quarter of a millisecond, and policies repeat them. */
const patterns = new Set<string>()
const PATTERNS_KEPT = 1000

function checkPattern(pattern: Expression, { diagnostics }: ExpressionContext): boolean {
  if (pattern.kind !== 'StringLiteral' || patterns.has(pattern.value)) return true
  const compiled = compileRegex(pattern.value)
  if (compiled.ok) {
    if (patterns.size === PATTERNS_KEPT) patterns.clear()
    patterns.add(pattern.value)
    return true
  }
  const { why, part } = compiled
  diagnostics.push(report(badPattern, partOfText(pattern, part), { why, part }))
  return false
}
