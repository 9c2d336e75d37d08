/** Mistakes that a compiler, its helpers or a router could have, each put in on purpose: the differential test must find every one. */
import { type Expr, expressionPass, type Pass, type PolicyIr, passes } from '../../compiler/index.ts'
import { chain, conditional, constant, equal, or, size, within } from '../../compiler/ir/build.ts'
import type { Model } from '../../language/index.ts'
import { helpers, type PolicyModule, type Validators } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { createPolicy } from '../../runtime/policy/module/policy.ts'
import { compiledPolicy, instantiable } from './compiled-policy.ts'

export interface Fault {
  readonly name: string
  compile(model: Model): Policy
}

const BOOL = { kind: 'bool' } as const
const INT = { kind: 'int' } as const

export const faults: readonly Fault[] = [
  inPass('`&&` for `||` in a pass', (expression) =>
    expression.kind === 'Chain' && expression.operator === '||' && expression.operands.every(({ guards }) => guards.length === 0)
      ? chain('&&', expression.operands)
      : expression,
  ),
  inPass('a bound off by one', (expression) =>
    expression.kind === 'Compare' && expression.operator === '<' ? { ...expression, operator: '<=' } : expression,
  ),
  inPass('`==` for `>=`', (expression) =>
    expression.kind === 'Compare' && expression.operator === '>=' ? equal(expression.left, expression.right) : expression,
  ),
  inPass('guards ignored', (expression) =>
    expression.kind === 'Chain'
      ? { ...expression, operands: expression.operands.map((operand) => ({ ...operand, guards: [] })) }
      : expression,
  ),
  inPass('an error on the left is not absorbed by what is right of it', (expression) =>
    expression.kind === 'Chain' && expression.operands.length === 2
      ? shortCircuit(expression.operator, expression.operands[0]?.expression, expression.operands[1]?.expression)
      : expression,
  ),
  inPass('everything is in an empty collection', (expression) =>
    expression.kind === 'In' && expression.collection.kind !== 'Collect'
      ? or(within(expression.element, expression.collection), equal(size(expression.collection), constant(0, INT)))
      : expression,
  ),
  inIr('two roles with one bit', (policy) => ({
    ...policy,
    identities: policy.identities.map((identity) => ({
      ...identity,
      roles: identity.roles.map((role, at) => (at === 1 ? { ...role, bit: identity.roles[0]?.bit ?? 0 } : role)),
    })),
  })),
  inIr('forbids in the wrong order', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({
      ...route,
      authenticated: {
        ...route.authenticated,
        decide: [...route.authenticated.decide].sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? 1 : -1)),
      },
    })),
  })),
  inIr('headers that come twice are read', (policy) => ({
    ...policy,
    routes: policy.routes.map((route) => ({ ...route, headers: [] })),
  })),
  inHelpers('no overflow', { int: (result) => result }),
  inHelpers('texts in the order of their UTF-16 units', { compare: (left, right) => (left < right ? -1 : left > right ? 1 : 0) }),
  inHelpers('the size of a text in UTF-16 units', { codePoints: (text) => text.length }),
  inModel('`unless` means `when`', (model) => ({
    ...model,
    rules: model.rules.map((rule) => ({
      ...rule,
      conditions: rule.conditions.map((condition) => ({ ...condition, unless: false })),
    })),
  })),
  inModel('no forbid is personal', (model) => ({
    ...model,
    rules: model.rules.map((rule) => ({ ...rule, personal: false })),
  })),
  inModel('anonymous is authenticated', (model) => ({
    ...model,
    rules: model.rules.map((rule) => ({
      ...rule,
      to: rule.to.map((principal) => (principal.kind === 'authenticated' ? { kind: 'anyone' as const } : principal)),
    })),
  })),
  {
    name: 'the router ignores a trailing slash',
    compile(model) {
      const policy = compiledPolicy(model)
      return {
        ...policy,
        route: (request) => {
          const { segments } = request
          const slash = segments.length > 1 && segments.at(-1) === ''
          return policy.route(slash ? { ...request, segments: segments.slice(0, -1) } : request)
        },
      }
    },
  },
]

function inPass(name: string, rewrite: (expression: Expr) => Expr): Fault {
  return withPass(name, expressionPass('fault', rewrite))
}

function inIr(name: string, run: (policy: PolicyIr) => PolicyIr): Fault {
  return withPass(name, { name: 'fault', run })
}

function withPass(name: string, pass: Pass): Fault {
  return { name, compile: (model) => compiledPolicy(model, { passes: [...passes, pass] }) }
}

function inHelpers(name: string, wrong: Partial<typeof helpers>): Fault {
  return {
    name,
    compile(model) {
      const { policy, validators, manifest } = instantiable(model)
      const module = new Function('abi', policy)({ ...helpers, ...wrong }) as PolicyModule
      return createPolicy(manifest, module, new Function(validators)() as Validators, {})
    },
  }
}

function inModel(name: string, change: (model: Model) => Model): Fault {
  return { name, compile: (model) => compiledPolicy(change(model)) }
}

/** `a ? b : false`, `a ? true : b`: right but for errors of `a`. */
function shortCircuit(operator: '&&' | '||', left: Expr | undefined, right: Expr | undefined): Expr {
  if (left === undefined || right === undefined) throw new Error('a chain has two operands')
  return operator === '&&'
    ? conditional(left, right, constant(false, BOOL), BOOL)
    : conditional(left, constant(true, BOOL), right, BOOL)
}
