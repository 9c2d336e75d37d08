import { type OverloadId, overload } from '../../../language/builtins/index.ts'
import type { Expr } from '../expression.ts'
import { evaluateCall } from './evaluate-call.ts'

/** Returns whether the call of a built-in function may err on operands that do not err. Conservative: only false is certain. */
export function callFails(id: OverloadId, operands: readonly Expr[]): boolean {
  if (!overload(id).fails) return false
  const known = operands.map((operand) => (operand.kind === 'Const' ? operand.value : undefined))
  if (!known.includes(undefined)) return evaluateCall(id, known) === undefined
  const second = operands[1]
  switch (id) {
    case 'string.indexOf':
    case 'string.lastIndexOf':
      // Only a given position can be out of range.
      return operands.length > 2
    case 'string.substring':
    case 'string.charAt':
      return operands.length > 2 || known[1] !== 0
    case 'string.split': {
      const limit = known[2]
      return !(typeof limit === 'number' && limit >= 0 && limit <= 1000)
    }
    case 'math.greatest(list<int>)':
    case 'math.greatest(list<double>)':
    case 'math.least(list<int>)':
    case 'math.least(list<double>)':
      return !(operands[0]?.kind === 'Collect' && operands[0].elements.length > 0)
    case 'cidr.containsIP(string)':
      return known[1] === undefined || evaluateCall('ip(string)', [known[1]]) === undefined
    case 'cidr.containsCIDR(string)':
      return known[1] === undefined || evaluateCall('cidr(string)', [known[1]]) === undefined
    default:
      return id.startsWith('timestamp.get') ? second !== undefined && !isZone(known[1]) : true
  }
}

/** Whether the zone is known at compile time. The module looks it up when it is loaded, so getters can rely on it. */
function isZone(name: unknown): boolean {
  return typeof name === 'string' && evaluateCall('timestamp.getHours', [0n, name]) !== undefined
}
