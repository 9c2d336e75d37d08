/** Operations that can end in an evaluation error: roles must not have any, and a forbid with one gets a warning. */
import { type OverloadId, overload, overloadsNamed } from '../../../builtins/index.ts'
import type { Binary, Call, Expression } from '../../../syntax/ast.ts'
import { walkExpressions } from '../../../syntax/children.ts'
import type { Def, Model } from '../../model.ts'

type Tables = Pick<Model, 'typeOf' | 'referenceOf'>

const defs = new WeakMap<Def, boolean>()

/** Returns whether a checked expression can err, including its parts and the defs that it calls. */
export function canFail(expression: Expression, tables: Tables): boolean {
  let fails = false
  walkExpressions(expression, (part) => {
    fails ||= failsItself(part, tables)
    return !fails
  })
  return fails
}

/** Returns whether an operation can err if its operands do not. */
export function failsItself(expression: Expression, tables: Tables): boolean {
  if (expression.kind === 'Binary') return operatorFails(expression, tables)
  if (expression.kind !== 'Call') return false
  const reference = tables.referenceOf(expression)
  if (reference.kind === 'def') return defFails(reference.def, tables)
  return reference.kind === 'builtin' && callFails(expression, reference.id)
}

function defFails(def: Def, tables: Tables): boolean {
  const known = defs.get(def)
  if (known !== undefined) return known
  const fails = canFail(def.body, tables)
  defs.set(def, fails)
  return fails
}

function operatorFails({ operator, left, right }: Binary, tables: Tables): boolean {
  const kinds = [tables.typeOf(left).kind, tables.typeOf(right).kind]
  switch (operator) {
    case '+':
    case '*':
      return kinds.includes('int') || kinds.includes('duration')
    case '-':
      // The difference of any two timestamps fits into a duration.
      return kinds.includes('int') || kinds.includes('duration')
    case '/':
    case '%':
      return kinds.includes('int') && !(right.kind === 'IntLiteral' && right.value !== 0)
    default:
      return false
  }
}

/** Overloads that cannot err if the argument at this index is left out, or is a constant that the checker has verified. */
const SAFE_CONSTANTS: Readonly<Partial<Record<OverloadId, number>>> = {
  'timestamp(string)': 0,
  'timestamp(int)': 0,
  'duration(string)': 0,
  'ip(string)': 0,
  'cidr(string)': 0,
  'ip.isCanonical': 0,
  'int(string)': 0,
  'double(string)': 0,
  'bool(string)': 0,
  'cidr.containsIP(string)': 1,
  'cidr.containsCIDR(string)': 1,
}
const SAFE_WITHOUT_OPTION = /^timestamp\.get|^string\.(?:indexOf|lastIndexOf)$/

/** Returns whether a call of a built-in can err if its operands do not. */
export function callFails(call: Call, id: OverloadId): boolean {
  if (!overload(id).fails) return false
  const operands = operandsOf(call, id)
  if (SAFE_WITHOUT_OPTION.test(id)) {
    const optional = operands[id.startsWith('timestamp') ? 1 : 2]
    // A constant zone is verified; a constant position may still be beyond the end.
    return !(optional === undefined || (optional.kind === 'StringLiteral' && id.startsWith('timestamp')))
  }
  if (id === 'string.split') return !isNumberOfParts(operands[2])
  const constant = operands[SAFE_CONSTANTS[id] ?? -1]
  return constant?.kind !== 'StringLiteral' && constant?.kind !== 'IntLiteral'
}

/** Whether `split` accepts the limit without an error. */
function isNumberOfParts(limit: Expression | undefined): boolean {
  return limit?.kind === 'IntLiteral' && limit.value >= 0 && limit.value <= 1000
}

/** Returns the operands of a call: the receiver, unless it is a namespace, and the arguments. */
export function operandsOf(call: Call, id: OverloadId): readonly Expression[] {
  const isNamespace = overloadsNamed(call.name.text).some((one) => one.id === id && one.signature.namespace !== null)
  return call.receiver === null || isNamespace ? call.arguments : [call.receiver, ...call.arguments]
}
