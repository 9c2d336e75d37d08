/** Which overload of a name takes operands of given types. */
import type { OverloadCandidate, Pattern } from '../../../builtins/index.ts'
import { fitsType, isScalar, joinTypes, showType, type Type, UNKNOWN } from '../../types/type.ts'

/** What `T` is; null while nothing has told, unknown for good where a reported mistake keeps it from being told. */
export interface TypeBinding {
  variable: Type | null
}

/**
 * The patterns of the operands of a call: the receiver, unless it is a namespace, and as many parameters as there are arguments.
 */
export function patternsOf(candidate: OverloadCandidate, given: number): readonly Pattern[] | null {
  if (!takesSoMany(candidate, given)) return null
  const count = candidate.signature.receiver === null ? given : given + 1
  return Array.from({ length: count }, (_, at) => patternAt(candidate, at))
}

function takesSoMany({ signature: { parameters, required, rest } }: OverloadCandidate, given: number): boolean {
  return given >= required && (rest || given <= parameters.length)
}

/** The pattern of one operand of a call that has it. */
function patternAt({ signature: { receiver, parameters } }: OverloadCandidate, at: number): Pattern {
  if (receiver === null) return (parameters[at] ?? parameters.at(-1)) as Pattern
  return at === 0 ? receiver : ((parameters[at - 1] ?? parameters.at(-1)) as Pattern)
}

/** Whether a type fits a pattern; what it tells of `T` is noted. An unknown type fits. */
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

/** The candidates that take operands of these types. */
export function matching(candidates: readonly OverloadCandidate[], given: number, types: readonly Type[]): readonly Match[] {
  const found: Match[] = []
  for (const candidate of candidates) {
    const binding = bindingOf(candidate, given, types)
    if (binding !== null && takesElements(candidate, binding)) found.push({ candidate, binding })
  }
  return found
}

/** What `T` is if a candidate takes the operands whose types are known so far; null where it does not. */
function bindingOf(candidate: OverloadCandidate, given: number, types: readonly (Type | null)[]): TypeBinding | null {
  if (!takesSoMany(candidate, given)) return null
  const binding: TypeBinding = { variable: null }
  for (let at = 0; at < types.length; at += 1) {
    const type = types[at] as Type | null
    if (type !== null && !unify(patternAt(candidate, at), type, binding)) return null
  }
  return binding
}

/** What an operand is expected to be by the first candidate that takes those whose types are known. */
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
    // Where only `T` would tell, nothing is expected, and `[]` is told of.
    return binding.variable === null && hasVariable(pattern) ? undefined : instantiate(pattern, binding)
  }
  return undefined
}

function hasVariable(pattern: Pattern): boolean {
  if (pattern.kind === 'type' || pattern.kind === 'variable') return pattern.kind === 'variable'
  return hasVariable(pattern.kind === 'map' ? pattern.value : pattern.element)
}

/** The type that a pattern stands for; unknown where `T` is. */
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

/** As a signature writes it, `T` where nothing is known of it. */
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

/** `sets.*` take as long as their lists have elements, which is so for scalars alone. */
function takesElements({ signature }: OverloadCandidate, binding: TypeBinding): boolean {
  const { variable } = binding
  return signature.namespace !== 'sets' || variable === null || variable.kind === 'unknown' || isScalar(variable)
}
