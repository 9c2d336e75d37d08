import type { Overload, Signature } from './builtin.ts'
import { COLLECTION_BUILTINS } from './collection.ts'
import { CONVERSION_BUILTINS } from './conversion.ts'
import { MATH_BUILTINS } from './math.ts'
import { NETWORK_BUILTINS } from './network.ts'
import { parseSignature } from './parse-signature.ts'
import { STRING_BUILTINS } from './string.ts'
import { TIME_BUILTINS } from './time.ts'

export type { Overload, Pattern, Signature } from './builtin.ts'

/** All built-in functions, by the ID of their overload. */
export const BUILTINS = {
  ...COLLECTION_BUILTINS,
  ...STRING_BUILTINS,
  ...CONVERSION_BUILTINS,
  ...TIME_BUILTINS,
  ...NETWORK_BUILTINS,
  ...MATH_BUILTINS,
}

export type OverloadId = keyof typeof BUILTINS

export function overload(id: OverloadId): Overload {
  return BUILTINS[id]
}

/** Namespaces of built-in functions, as in `math.abs(x)`. A namespace is not a value. */
export const NAMESPACES = ['math', 'sets', 'ip'] as const

/** An overload with its parsed signature. */
export interface OverloadCandidate {
  readonly id: OverloadId
  readonly overload: Overload
  readonly signature: Signature
}

const candidates = new Map<string, OverloadCandidate[]>()
for (const id of Object.keys(BUILTINS) as OverloadId[]) {
  const candidate = { id, overload: overload(id), signature: parseSignature(overload(id).signature) }
  const { name } = candidate.signature
  candidates.set(name, [...(candidates.get(name) ?? []), candidate])
}

/** Returns the overloads of a name, in the order of the tables; empty if there are none. */
export function overloadsNamed(name: string): readonly OverloadCandidate[] {
  return candidates.get(name) ?? []
}

export const BUILTIN_NAMES: readonly string[] = [...candidates.keys()]
