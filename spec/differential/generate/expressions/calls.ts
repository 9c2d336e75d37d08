/** Calls of built-ins, by their signatures: a built-in that is new is generated without a change here. */

import { isScalar } from '../../../../language/checker/types/type.ts'
import {
  BUILTINS,
  type OverloadCandidate,
  type OverloadId,
  overloadsNamed,
  type Pattern,
  type Type,
} from '../../../../language/index.ts'
import * as constants from '../constants.ts'
import * as t from '../types.ts'
import type { Environment } from './environment.ts'
import { int, text } from './literals.ts'
import type { Maker } from './maker.ts'
import { readable } from './readable.ts'
import { LEVEL, primary, type Written, within } from './written.ts'

/** Every overload; those of optionals stand with what makes optionals. */
export const CANDIDATES: readonly OverloadCandidate[] = [...new Set(Object.values(BUILTINS).map(nameOf))]
  .flatMap((name) => overloadsNamed(name))
  .filter(({ id }) => !id.startsWith('optional.'))

function nameOf({ signature }: { readonly signature: string }): string {
  return /(\w+)\(/.exec(signature)?.[1] as string
}

const ofResult = new Map<Type['kind'], OverloadCandidate[]>()
for (const candidate of CANDIDATES) {
  const { result } = candidate.signature
  const kind = result.kind === 'type' ? result.type.kind : result.kind
  if (kind !== 'variable') ofResult.set(kind, [...(ofResult.get(kind) ?? []), candidate])
}

/** Those that give something of this kind. */
export function candidatesOf(kind: Type['kind']): readonly OverloadCandidate[] {
  return ofResult.get(kind) ?? []
}

interface Constants {
  readonly from: readonly string[]
  /** Which operand, the receiver first. */
  readonly at: number
  /** It must be a constant. */
  readonly always?: true
}

/** Texts that mean something to a built-in: a constant that can only err is a mistake, and one that is none mostly errs. */
const MEANT: Readonly<Partial<Record<OverloadId, Constants>>> = {
  'string.matches': { at: 1, from: constants.PATTERNS, always: true },
  'matches(string)': { at: 1, from: constants.PATTERNS, always: true },
  'timestamp(string)': { at: 0, from: constants.TIMESTAMPS },
  'duration(string)': { at: 0, from: constants.DURATIONS },
  'ip(string)': { at: 0, from: constants.ADDRESSES },
  'cidr(string)': { at: 0, from: constants.RANGES },
  isIP: { at: 0, from: [...constants.ADDRESSES, '010.1.1.1', 'fe80::1%eth0'] },
  isCIDR: { at: 0, from: [...constants.RANGES, '10.0.0.0/33', '10.0.0.0'] },
  'ip.isCanonical': { at: 0, from: [...constants.ADDRESSES, '2001:DB8::1', '::ffff:1.2.3.4'] },
  'cidr.containsIP(string)': { at: 1, from: constants.ADDRESSES },
  'cidr.containsCIDR(string)': { at: 1, from: constants.RANGES },
  'int(string)': { at: 0, from: ['7', '-3', '+5', '007'] },
  'double(string)': { at: 0, from: ['1.5', '-3', '.5e1', 'NaN', '-Infinity', '1.'] },
  'bool(string)': { at: 0, from: ['true', 'False', '1', 'f'] },
}
const isZoned = (id: string) => id.startsWith('timestamp.get')
const POSITIONS = /^string\.(charAt|indexOf|lastIndexOf|substring)$/
const SHIFTS = /^math\.bitShift/

/** A call of this overload; null where it may err and must not, or where nothing of its types is there. */
export function call(candidate: OverloadCandidate, make: Maker, at: Environment, depth: number): Written | null {
  const { id, overload, signature } = candidate
  const { random } = make
  const element = elementFor(candidate, make, at)
  if (element === null) return null
  const patterns = patternsOf(candidate, make, at)
  if (overload.fails && !at.mayErr && !isSafe(id, patterns.length)) return null
  const operands: Written[] = []
  for (const [position, pattern] of patterns.entries()) {
    const meant = meantAt(id, position, patterns.length)
    if (pattern.kind === 'type' && pattern.type.kind === 'hierarchy') {
      const names = [...at.data].filter(([, type]) => type.kind === 'hierarchy').map(([name]) => name)
      if (names.length === 0) return null
      operands.push(primary(random.pick(names), t.HIERARCHY))
    } else if (meant !== null && (meant.always || (!at.mayErr && overload.fails) || random.chance(0.6)))
      operands.push(text(random.pick(meant.from)))
    else operands.push(valued(id, position, instantiate(pattern, element), make, at, depth))
  }
  const { name, namespace, receiver, result } = signature
  const [first, ...others] = operands
  const own = namespace ?? (receiver === null ? null : within(first as Written, LEVEL.primary))
  const inside = namespace === null && receiver !== null ? others : operands
  const type = instantiate(result, element)
  return primary(`${own === null ? '' : `${own}.`}${name}(${inside.map((one) => one.text).join(', ')})`, type)
}

/** What `T` is. Where many elements are gone through, within a loop, there is none but what is written out. */
function elementFor({ id, signature }: OverloadCandidate, { random }: Maker, at: Environment): Type | null {
  const patterns = [...(signature.receiver === null ? [] : [signature.receiver]), ...signature.parameters]
  const kinds = patterns.flatMap((one) => (one.kind === 'type' || one.kind === 'variable' ? [] : [one.kind]))
  if (at.loops > 0 && /^sets\.|^list\.join|\(list</.test(id)) return null
  const [kind] = kinds
  if (kind === undefined || !patterns.some(hasVariable)) return t.BOOL
  const types = (readable(at).ofKind.get(kind) ?? []).map(({ type }) =>
    'element' in type ? type.element : (type as { value: Type }).value,
  )
  const fitting = id.startsWith('sets.') ? types.filter(isScalar) : types
  if (fitting.length > 0 && random.chance(0.9)) return random.pick(fitting)
  return random.pick(t.SCALARS)
}

/** With as many of those that may be left out as chance wants. */
function patternsOf({ id, signature }: OverloadCandidate, { random }: Maker, at: Environment): readonly Pattern[] {
  const { receiver, parameters, required, rest } = signature
  const least = Math.max(required, rest ? 1 : 0)
  const most = rest ? 3 : parameters.length
  const wanted = POSITIONS.test(id) && !at.mayErr ? least : random.int(least, most)
  const given = Array.from({ length: wanted }, (_, position) => (parameters[position] ?? parameters.at(-1)) as Pattern)
  return receiver === null ? given : [receiver, ...given]
}

/** Whether it cannot err with that many operands, if constants are given where there are some that mean something. */
function isSafe(id: OverloadId, operands: number): boolean {
  if (isZoned(id)) return true
  if (id === 'string.indexOf' || id === 'string.lastIndexOf') return operands === 2
  return MEANT[id] !== undefined
}

function meantAt(id: OverloadId, position: number, operands: number): Constants | null {
  if (isZoned(id)) return position === 1 && operands === 2 ? { at: 1, from: constants.ZONES } : null
  const meant = MEANT[id]
  return meant?.at === position ? meant : null
}

function valued(id: OverloadId, position: number, type: Type, make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const isPosition = type.kind === 'int' && (POSITIONS.test(id) || SHIFTS.test(id)) && position > 0
  if (isPosition && random.chance(0.6)) return int(random.int(0, 3))
  // Beside a set `[…]` is one.
  const made = make.value(type, at, depth - 1, { open: position === 0, expected: type.kind === 'set' && position > 0 })
  if (!made.isConstant) return made
  // What the checker would look at is none of the constants that mean something.
  if (isPosition) return int(random.int(0, 3))
  const meant = meantAt(id, position, position + 1)
  if (meant !== null) return text(random.pick(meant.from))
  if (id === 'timestamp(int)') return int(random.pick([0, 1, 1767268800, -5]))
  return made
}

function hasVariable(pattern: Pattern): boolean {
  if (pattern.kind === 'type' || pattern.kind === 'variable') return pattern.kind === 'variable'
  return hasVariable(pattern.kind === 'map' ? pattern.value : pattern.element)
}

function instantiate(pattern: Pattern, element: Type): Type {
  switch (pattern.kind) {
    case 'type':
      return pattern.type
    case 'variable':
      return element
    case 'map':
      return t.map(instantiate(pattern.value, element))
    default:
      return { kind: pattern.kind, element: instantiate(pattern.element, element) } as Type
  }
}
