/** Conditions as boolean functions of a request's atoms. */
import type { Chain, Expr, RoleIr, RoleTest } from '../../compiler/ir/index.ts'
import { children } from '../../compiler/ir/visit.ts'
import { callMeaning } from './calls.ts'
import { inMeaning, quantifierMeaning } from './collections.ts'
import { compareMeaning, equalMeaning } from './comparisons.ts'
import { binding, type Context, type Meaning } from './context.ts'
import { ALWAYS, anyMeaning, NEVER, opaqueMeaning, settled, truthOf } from './meanings.ts'
import { optionalCases } from './optionals.ts'
import { presentMeaning } from './presence.ts'
import { met } from './requirements.ts'
import type { Value } from './symbolic-domain.ts'
import { accessPathsOf, bindings } from './values.ts'

export function meaningOf(expression: Expr, context: Context): Meaning {
  const { world } = context
  const { diagram } = world
  switch (expression.kind) {
    case 'Const':
      return expression.value === true ? ALWAYS : NEVER
    case 'Chain':
      return chainMeaning(expression, context)
    case 'Not': {
      const { yes, no } = meaningOf(expression.operand, context)
      return { yes: no, no: yes }
    }
    case 'Conditional': {
      const test = meaningOf(expression.test, context)
      const [then, otherwise] = [meaningOf(expression.then, context), meaningOf(expression.otherwise, context)]
      return {
        yes: diagram.or(diagram.and(test.yes, then.yes), diagram.and(test.no, otherwise.yes)),
        no: diagram.or(diagram.and(test.yes, then.no), diagram.and(test.no, otherwise.no)),
      }
    }
    case 'Compare':
      return compareMeaning(expression, context)
    case 'Equal':
      return equalMeaning(expression, context)
    case 'In':
      return inMeaning(expression, context)
    case 'Quantifier':
      return quantifierMeaning(expression, context)
    case 'Present':
      return presentMeaning(expression, context)
    case 'HeaderTest': {
      const place = { root: { kind: 'header', name: expression.name }, steps: [] } as const
      return settled(world.present({ key: `header ${expression.name}`, type: expression.type, place }), context)
    }
    case 'IdentityTest':
      return context.identity?.name === expression.name ? ALWAYS : NEVER
    case 'RoleTest':
      return roleMeaning(expression, context)
    case 'RequirementTest':
      return settled(met(expression, context), context)
    case 'Call':
      return callMeaning(expression, context)
    case 'Let':
      return anyMeaning(
        bindings(expression.value, context).map(({ when, value }) => ({
          when,
          meaning: meaningOf(expression.body, binding(context, expression.variable, value)),
        })),
        context,
      )
    case 'OrValue':
      return anyMeaning(
        optionalCases(expression.operand, context).map(({ when, value }) => ({
          when,
          meaning: value === null ? meaningOf(expression.fallback, context) : truthOf(value as Value, context),
        })),
        context,
      )
    case 'Variable': {
      const bound = context.variables.get(expression.variable)
      if (bound !== undefined && 'expression' in bound) return meaningOf(bound.expression, bound.context)
      return bound !== undefined && 'value' in bound ? truthOf(bound.value, context) : opaqueMeaning(expression, context)
    }
    case 'Shared':
      return meaningOf(expression.value, context)
    case 'Param':
    case 'CallerField':
    case 'Field':
    case 'MapRead':
      return anyMeaning(
        accessPathsOf(expression, context).map(({ when, value }) => ({
          when,
          meaning: truthOf({ kind: 'term', ...value }, context),
        })),
        context,
      )
    default:
      return opaqueMeaning(expression, context)
  }
}

/** CEL's `&&` and `||`, which absorb errors. An operand whose guards fail errs, unless one of them decides the chain. */
function chainMeaning({ operator, operands }: Chain, context: Context): Meaning {
  const { diagram } = context.world
  const isAnd = operator === '&&'
  const found: Meaning[] = []
  for (const { expression, guards } of operands) {
    const { yes, no } = meaningOf(expression, context)
    const read = diagram.all(guards.map((at) => (isAnd ? (found[at] as Meaning).yes : (found[at] as Meaning).no)))
    found.push({ yes: diagram.and(yes, read), no: diagram.and(no, read) })
  }
  const yes = found.map((one) => one.yes)
  const no = found.map((one) => one.no)
  return isAnd ? { yes: diagram.all(yes), no: diagram.any(no) } : { yes: diagram.any(yes), no: diagram.all(no) }
}

/** Whether the caller has one of some roles. Never errs. */
function roleMeaning(asked: RoleTest, context: Context): Meaning {
  const { world, roles } = context
  const some = askedRoles(asked, context)
  for (const role of rolesUpTo(some, context)) roles.set(role, meaningOf(role.test, { ...context, variables: new Map() }))
  return settled(world.diagram.any(some.map((role) => (roles.get(role) as Meaning).yes)), context)
}

/**
 * Returns the roles that are not evaluated yet. If these ask for many others, the others come first, as each would evaluate those
 * that it asks for, and a long chain needs a deep stack.
 */
function rolesUpTo(some: readonly RoleIr[], context: Context): readonly RoleIr[] {
  const asked = some.filter((role) => !context.roles.has(role))
  const needed = new Set(asked)
  for (const { test } of needed) {
    for (const inner of roleTestsIn(test))
      for (const role of askedRoles(inner, context)) if (!context.roles.has(role)) needed.add(role)
  }
  return needed.size <= MOST_NESTED ? asked : [...needed].sort((a, b) => a.word - b.word || a.bit - b.bit)
}

const MOST_NESTED = 50

function askedRoles({ word, mask }: RoleTest, { identity }: Context): readonly RoleIr[] {
  return (identity?.roles ?? []).filter((role) => role.word === word && (mask & (1 << role.bit)) !== 0)
}

function roleTestsIn(expression: Expr): readonly RoleTest[] {
  if (expression.kind === 'RoleTest') return [expression]
  return children(expression).flatMap(roleTestsIn)
}
