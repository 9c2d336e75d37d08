/** Selects the overload of a name for operands of given types. */
import type { OverloadCandidate, Pattern } from '../../../builtins/index.ts'
import { fitsType, isScalar, joinTypes, showType, type Type, UNKNOWN } from '../../types/type.ts'

/**
 * The type bound to the variable `T` of a signature: null while undetermined, unknown if a reported mistake prevents inference.
 */
export interface TypeBinding {
  variable: Type | null
}

/** Returns the patterns of a call's operands: the receiver unless it is a namespace, and one for each argument. */
export function patternsOf(candidate: OverloadCandidate, given: number): readonly Pattern[] | null {
  if (!takesSoMany(candidate, given)) return null
  const count = candidate.signature.receiver === null ? given : given + 1
  return Array.from({ length: count }, (_, at) => patternAt(candidate, at))
}

function takesSoMany({ signature: { parameters, required, rest } }: OverloadCandidate, given: number): boolean {
  return given >= required && (rest || given <= parameters.length)
}

/** Returns the pattern of one operand. */
function patternAt({ signature: { receiver, parameters } }: OverloadCandidate, at: number): Pattern {
  if (receiver === null) return (parameters[at] ?? parameters.at(-1)) as Pattern
  return at === 0 ? receiver : ((parameters[at - 1] ?? parameters.at(-1)) as Pattern)
}

/** Returns whether a type fits a pattern, and binds `T`. An unknown type fits every pattern. */
export function unify(pattern: Pattern, type: Type, binding: TypeBinding): boolean {
  if (type.kind === 'unknown') {
    if (hasVariable(pattern)) binding.variable = UNKNOWN
    return true
  }
  switch (pattern.kind) {
    case 'type':
      return fitsType(type, pattern.type)
    case 'variable': {
      if (binding.variable?.kind === 'unknown') return true
      const joined = binding.variable === null ? type : joinTypes(binding.variable, type)
      if (joined !== null) binding.variable = joined
      return joined !== null
    }
    case 'map':
      return type.kind === 'map' && unify(pattern.value, type.value, binding)
    case 'optional':
      return type.kind === 'optional' && unify(pattern.element, type.value, binding)
    default:
      return type.kind === pattern.kind && unify(pattern.element, type.element, binding)
  }
}

export interface Match {
  readonly candidate: OverloadCandidate
  readonly binding: TypeBinding
}

/** Returns the overloads that accept operands of these types, each with its binding of `T`. */
export function matching(candidates: readonly OverloadCandidate[], given: number, types: readonly Type[]): readonly Match[] {
  const found: Match[] = []
  for (const candidate of candidates) {
    const binding = bindingOf(candidate, given, types)
    if (binding !== null && takesElements(candidate, binding)) found.push({ candidate, binding })
  }
  return found
}

/** Returns the binding of `T` if a candidate accepts the operands whose types are known; else null. */
function bindingOf(candidate: OverloadCandidate, given: number, types: readonly (Type | null)[]): TypeBinding | null {
  if (!takesSoMany(candidate, given)) return null
  const binding: TypeBinding = { variable: null }
  for (let at = 0; at < types.length; at += 1) {
    const type = types[at] as Type | null
    if (type !== null && !unify(patternAt(candidate, at), type, binding)) return null
  }
  return binding
}

/**
 * Returns the type that the first overload that accepts the operands of known type requires of a given operand. Returns undefined
 * if there is no such overload, or it leaves the type open.
 */
export function expectedAt(
  at: number,
  candidates: readonly OverloadCandidate[],
  given: number,
  types: readonly (Type | null)[],
): Type | undefined {
  for (const candidate of candidates) {
    const binding = bindingOf(candidate, given, types)
    if (binding === null) continue
    const pattern = patternAt(candidate, at)
    // If only `T` would tell the type, nothing is expected, and `[]` is reported.
    return binding.variable === null && hasVariable(pattern) ? undefined : instantiate(pattern, binding)
  }
  return undefined
}

function hasVariable(pattern: Pattern): boolean {
  if (pattern.kind === 'type' || pattern.kind === 'variable') return pattern.kind === 'variable'
  return hasVariable(pattern.kind === 'map' ? pattern.value : pattern.element)
}

/** Returns the type for which a pattern stands; unknown if the pattern is an unbound `T`. */
export function instantiate(pattern: Pattern, binding: TypeBinding): Type {
  switch (pattern.kind) {
    case 'type':
      return pattern.type
    case 'variable':
      return binding.variable ?? UNKNOWN
    case 'map':
      return { kind: 'map', value: instantiate(pattern.value, binding) }
    case 'optional':
      return { kind: 'optional', value: instantiate(pattern.element, binding) }
    default:
      return { kind: pattern.kind, element: instantiate(pattern.element, binding) }
  }
}

/** Formats a pattern as in a signature. An unbound variable is shown as `T`. */
export function showPattern(pattern: Pattern, binding: TypeBinding = { variable: null }): string {
  switch (pattern.kind) {
    case 'type':
      return showType(pattern.type)
    case 'variable':
      return binding.variable === null || binding.variable.kind === 'unknown' ? 'T' : showType(binding.variable)
    case 'map':
      return `map<string, ${showPattern(pattern.value, binding)}>`
    default:
      return `${pattern.kind}<${showPattern(pattern.element, binding)}>`
  }
}

/** `sets.*` takes time linear in its lists only if their elements are scalars. */
function takesElements({ signature }: OverloadCandidate, binding: TypeBinding): boolean {
  const { variable } = binding
  return signature.namespace !== 'sets' || variable === null || variable.kind === 'unknown' || isScalar(variable)
}
