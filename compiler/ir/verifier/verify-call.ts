import { type OverloadId, overload, type Pattern, type Signature } from '../../../language/builtins/index.ts'
import { parseSignature } from '../../../language/builtins/parse-signature.ts'
import { isString, type Type } from '../../../language/checker/types/type.ts'
import type { Call } from '../expression.ts'

/**
 * Checks the types and number of a call's operands and its result. Returns a description of the problem; null if there is none.
 */
export function problemOfCall({ id, operands, type }: Call): string | null {
  if (id === 'optional.orValue') return 'a call of what is no call'
  const { receiver, parameters, required, rest, result } = signatureOf(id)
  const patterns = receiver === null ? parameters : [receiver, ...parameters]
  const least = patterns.length - parameters.length + required
  if (operands.length < least || (operands.length > patterns.length && !rest)) return 'a wrong number of operands'
  const wrong = operands.findIndex((operand, at) => !fits(operand.type, (patterns[at] ?? patterns.at(-1)) as Pattern))
  if (wrong >= 0) return `a wrong operand ${wrong}`
  const loose = overload(id).constants?.find((at) => operands[at] !== undefined && operands[at].kind !== 'Const')
  if (loose !== undefined) return `operand ${loose} is no constant`
  return fits(type, result) ? null : 'a wrong result'
}

const signatures = new Map<OverloadId, Signature>()

function signatureOf(id: OverloadId): Signature {
  const known = signatures.get(id) ?? parseSignature(overload(id).signature)
  signatures.set(id, known)
  return known
}

/** `T` fits any type: the checker has verified that its uses agree. */
function fits(type: Type, pattern: Pattern): boolean {
  switch (pattern.kind) {
    case 'variable':
      return true
    case 'type':
      return pattern.type.kind === type.kind || (pattern.type.kind === 'string' && isString(type))
    case 'optional':
      return type.kind === 'optional' && fits(type.value, pattern.element)
    case 'map':
      return type.kind === 'map' && fits(type.value, pattern.value)
    default:
      return type.kind === pattern.kind && fits(type.element, pattern.element)
  }
}
