import type { Equal, Expr, In, RoleTest } from '../ir/index.ts'

/**
 * Estimates the probability that a test is true, by the kind of the test, as the compiler sees no requests. Used to order tests;
 * never 0 or 1.
 */
export function likelihoodOf(test: Expr): number {
  if (test.weight < SMALL) return guess(test)
  const known = guesses.get(test)
  if (known !== undefined) return known
  const guessed = guess(test)
  guesses.set(test, guessed)
  return guessed
}

const guesses = new WeakMap<Expr, number>()
/** For smaller tests a guess is faster than a lookup. */
const SMALL = 150

const LEAST = 0.01

function guess(test: Expr): number {
  return Math.min(1 - LEAST, Math.max(LEAST, likely(test)))
}

function likely(test: Expr): number {
  switch (test.kind) {
    case 'Const':
      return test.value === true ? 1 : 0
    case 'Not':
      return 1 - likelihoodOf(test.operand)
    case 'Chain': {
      const all = test.operator === '&&'
      const product = test.operands.reduce((sofar, { expression }) => {
        const one = likelihoodOf(expression)
        return sofar * (all ? one : 1 - one)
      }, 1)
      return all ? product : 1 - product
    }
    case 'Conditional':
      return (likelihoodOf(test.then) + likelihoodOf(test.otherwise)) / 2
    case 'Let':
      return likelihoodOf(test.body)
    case 'Shared':
      return likelihoodOf(test.value)
    case 'RoleTest':
      return amongRoles(test)
    case 'Present':
    case 'HeaderTest':
      return 0.6
    case 'Equal':
      return equal(test)
    case 'In':
      return among(test)
    case 'Compare':
    case 'IdentityTest':
    case 'RequirementTest':
      return 0.5
    default:
      return 0.3
  }
}

/** One role covers a small part of all callers, many together do not. */
function amongRoles({ mask }: RoleTest): number {
  let roles = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) roles += 1
  return 1 - 0.75 ** roles
}

function equal({ left }: Equal): number {
  if (left.type.kind === 'literals') return 1 / left.type.values.length
  return left.type.kind === 'bool' ? 0.5 : 0.15
}

function among({ collection }: In): number {
  return collection.kind === 'Collect' ? 1 - 0.85 ** collection.elements.length : 0.2
}
