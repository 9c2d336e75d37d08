/**
 * Estimates the evaluation time in nanoseconds on Node 20, for comparisons. Measured: bits (1), `Set.has` (20), a search in a
 * header list (60), a pattern (200); the rest is extrapolated.
 */
import type { OverloadId } from '../../language/builtins/index.ts'
import { isScalar, isString, isTime } from '../../language/checker/types/type.ts'
import { children, type Expr, type In, type Operand } from '../ir/index.ts'

/**
 * Returns the estimated time to evaluate an expression, in nanoseconds. Memoized, except for small expressions, for which
 * computing is faster than a lookup.
 */
export function costOf(expression: Expr): number {
  if (expression.weight < SMALL) return work(expression)
  const known = costs.get(expression)
  if (known !== undefined) return known
  const cost = work(expression)
  costs.set(expression, cost)
  return cost
}

const costs = new WeakMap<Expr, number>()
const SMALL = 150

/** The assumed number of rounds of a loop. */
const ROUNDS = 8

function work(expression: Expr): number {
  switch (expression.kind) {
    case 'Chain': {
      // The first operand always runs; each later one half as often as the one before.
      const { operands } = expression
      let rest = 0
      for (let at = operands.length - 1; at > 0; at -= 1) rest = (rest + costOf((operands[at] as Operand).expression)) / 2
      return costOf((operands[0] as Operand).expression) + rest
    }
    case 'Conditional':
      return costOf(expression.test) + Math.max(costOf(expression.then), costOf(expression.otherwise))
    case 'OrValue':
      return costOf(expression.operand) + costOf(expression.fallback) / 2
    case 'Collect':
    case 'CollectMap':
      return isLiteral(expression) ? 0 : 20 + 10 * children(expression).length + sum(children(expression))
    case 'Quantifier':
      return 20 + costOf(expression.range) + ROUNDS * (2 + costOf(expression.test))
    case 'Select':
      return 60 + sum(children(expression)) + (ROUNDS - 1) * sum(children(expression).slice(1))
    default:
      return ownCost(expression) + sum(children(expression))
  }
}

function sum(parts: readonly Expr[]): number {
  let total = 0
  for (const part of parts) total += costOf(part)
  return total
}

/** Returns the cost without children. */
function ownCost(expression: Expr): number {
  switch (expression.kind) {
    case 'Const':
    case 'Some':
    case 'Not':
    case 'Let':
    case 'Shared':
      return 0
    case 'RequirementTest':
      return expression.within === null ? 5 : 40
    case 'Header':
    case 'HeaderTest':
      return 60
    case 'MapRead':
      return 20
    case 'Position':
      return expression.linked ? 1 : 15
    case 'Entry':
      return 12
    case 'Below':
      return 5
    case 'Compare':
      return isString(expression.left.type) ? 20 : isTime(expression.left.type) ? 10 : 1
    case 'Equal':
      return equality(expression.left)
    case 'In':
      return membership(expression)
    case 'Arithmetic':
      return expression.type.kind === 'int' ? 3 : isTime(expression.type) ? 50 : 1
    case 'Concat':
      return 30
    case 'Call':
      return callCost(expression.id)
    default:
      return 1
  }
}

function equality({ type }: Expr): number {
  if (!isScalar(type) && type.kind !== 'optional') return 100
  return isString(type) || type.kind === 'ip' ? 8 : isTime(type) ? 10 : 1
}

function membership({ element, collection }: In): number {
  if (!isScalar(element.type)) return 100
  if (collection.kind === 'Collect') {
    // A few elements are compared one by one, more are looked up in a set.
    const each = equality(element)
    return Math.min(each * collection.elements.length, isLiteral(collection) ? 20 : Number.POSITIVE_INFINITY)
  }
  return collection.type.kind === 'list' ? 50 : 20
}

function isLiteral(expression: Expr): boolean {
  if (expression.kind === 'Const') return true
  return (expression.kind === 'Collect' || expression.kind === 'CollectMap') && children(expression).every(isLiteral)
}

function callCost(id: OverloadId): number {
  const known = calls.get(id) ?? guessed(id)
  calls.set(id, known)
  return known
}

const calls = new Map<OverloadId, number>()

function guessed(id: OverloadId): number {
  if (/size/.test(id)) return /string/.test(id) ? 30 : 1
  if (/^string\.(startsWith|endsWith|contains|charAt|indexOf|lastIndexOf)$/.test(id)) return 15
  if (/matches/.test(id)) return 200
  if (/^(timestamp|duration)\.get/.test(id)) return /^duration/.test(id) ? 20 : 100
  if (/^(string|list)\./.test(id)) return 80
  if (/^cidr\.containsIP/.test(id)) return 60
  if (/^math\./.test(id)) return 3
  if (/^(bool|int|double|string|duration|timestamp|ip|cidr)\((bool|int|double|string|duration|timestamp|ip|cidr)\)$/.test(id))
    return conversion(id)
  if (id === 'optional.hasValue') return 1
  return 60
}

/** A conversion of a type to itself costs nothing. */
function conversion(id: string): number {
  const [to, from] = id.split(/[()]/)
  return to === from ? 0 : 60
}
