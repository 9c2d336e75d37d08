import { joinTypes } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import * as constants from '../constants.ts'
import type { Random } from '../random.ts'
import * as t from '../types.ts'
import { LEVEL, primary, type Written } from './written.ts'

/** A value of a type written out. `expected`: the place tells the type, so that `[…]` is a set where one is wanted. */
export function literal(type: Type, random: Random, expected: boolean): Written {
  const called = (name: string, from: readonly string[]) => primary(`${name}(${constants.quote(random.pick(from))})`, type)
  switch (type.kind) {
    case 'bool':
      return fixed(random.pick(['true', 'false']), type)
    case 'int':
      return int(random.pick(random.chance(0.85) ? SMALL : constants.INTS))
    case 'double':
      return signed(constants.showDouble(random.pick(constants.DOUBLES)), type)
    case 'string':
      return text(random.pick(constants.TEXTS))
    case 'literals':
      return text(random.pick(type.values))
    case 'timestamp':
      if (random.chance(0.1)) return primary(`timestamp(${random.pick([0, 1767268800, -1])})`, type)
      return called('timestamp', constants.TIMESTAMPS)
    case 'duration':
      return called('duration', constants.DURATIONS)
    case 'ip':
      return called('ip', constants.ADDRESSES)
    case 'cidr':
      return called('cidr', constants.RANGES)
    case 'list':
      return collected('list', elementsOf(type.element, random, expected), type.element)
    case 'set': {
      if (expected) return collected('set', elementsOf(type.element, random, true), type.element)
      const element = literal(type.element, random, false)
      return primary(`{"a": true, "b": false}.map(k, ${element.text})`, t.set(element.type))
    }
    case 'map': {
      const keys = random.sample(constants.KEYS, random.int(1, 2))
      return mapped(keys.map((key) => [key, literal(type.value, random, expected)]))
    }
    case 'optional': {
      const value = literal(type.value, random, false)
      const text = random.pick([`[${value.text}][?${random.int(0, 1)}]`, `{"a": ${value.text}}[?"a"]`])
      return primary(text, t.optional(value.type))
    }
    default:
      throw new Error(`no literal has the type ${type.kind}`)
  }
}

const SMALL = constants.INTS.filter((one) => Math.abs(one) < 100)

/** Whether a type's values can be written out. */
export function hasLiteral(type: Type): boolean {
  switch (type.kind) {
    case 'list':
    case 'set':
      return hasLiteral(type.element)
    case 'map':
    case 'optional':
      return hasLiteral(type.value)
    default:
      return type.kind !== 'record' && type.kind !== 'hierarchy'
  }
}

function fixed(written: string, type: Type): Written {
  return { ...primary(written, type), isConstant: true }
}

export function text(value: string): Written {
  return fixed(constants.quote(value), t.oneOf(value))
}

export function int(value: number): Written {
  return signed(String(value), t.INT)
}

function signed(digits: string, type: Type): Written {
  return { ...fixed(digits, type), level: digits.startsWith('-') ? LEVEL.sign : LEVEL.primary }
}

/** Now and then none, where the place tells of what. */
function elementsOf(element: Type, random: Random, expected: boolean): Written[] {
  return random.list(expected && random.chance(0.15) ? 0 : 1, 3, () => literal(element, random, expected))
}

/** `element`: what it holds where it holds nothing. */
export function collected(kind: 'list' | 'set', elements: readonly Written[], element: Type): Written {
  const text = `[${elements.map((one) => one.text).join(', ')}]`
  return { ...primary(text, { kind, element: joined(elements) ?? element }), isShort: true }
}

export function mapped(entries: readonly (readonly [key: string, value: Written])[]): Written {
  const text = `{${entries.map(([key, value]) => `${constants.quote(key)}: ${value.text}`).join(', ')}}`
  return { ...primary(text, t.map(joined(entries.map(([, value]) => value)) as Type)), isShort: true }
}

/** The least type that holds all of these; null of none. */
export function joined(all: readonly Written[]): Type | null {
  const [first, ...others] = all
  if (first === undefined) return null
  return others.reduce((type, other) => joinTypes(type, other.type) as Type, first.type)
}
