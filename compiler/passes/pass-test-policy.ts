/** Test helper: the smallest policy around an expression or steps, and its program after a pass as text. */
import { TRUE } from '../ir/build.ts'
import { type DecisionStep, type Expr, type PolicyIr, type Program, printProgram, verify } from '../ir/index.ts'
import type { Pass } from './pass.ts'

export function before(...tests: readonly Expr[]): Program {
  return program(tests.map((test, at) => ({ rule: at === 0 ? 'rule' : `rule${at}`, effect: 'permit', stage: 2, test })))
}

export function program(
  steps: readonly (Pick<DecisionStep, 'rule' | 'effect' | 'stage' | 'test'> & Partial<DecisionStep>)[],
): Program {
  const complete = steps.map((step): DecisionStep => ({ ...NOTHING, ...step }))
  return { decide: complete.filter(({ shadow }) => !shadow), trace: complete, signIn: false }
}

const NOTHING = {
  shadow: false,
  to: TRUE,
  clauses: [],
  written: [],
  requires: [],
  limit: null,
  headers: [],
  open: null,
  because: null,
  personal: false,
  waiting: [],
  unsure: { headers: [], data: [] },
} as const

/**
 * Returns a policy for tests of passes, with one program. It has a caller with fields `n` and `x`, a parameter `id`, and data
 * `facts`.
 */
export function policyOf(authenticated: Program): PolicyIr {
  const route = {
    name: 's.r',
    service: 's',
    labels: [],
    methods: null,
    template: '/',
    segments: [],
    params: ['id'],
    hosts: [],
    headers: [],
    data: [],
    rpc: false,
    query: null,
    body: null,
    ownHeaders: [],
  }
  return {
    identities: [{ name: 'staff', methods: ['jwt'], stepsUp: true, claims: new Map(), spiffe: false, roles: [] }],
    callerFields: ['n', 'x'],
    roleWords: 2,
    data: [{ name: 'facts', type: { kind: 'list', element: { kind: 'int' } } }],
    routes: [{ ...route, anonymous: authenticated, authenticated }],
  }
}

export function passOn(authenticated: Program, pass: Pass): readonly string[] {
  const after = verify(pass.run(verify(policyOf(authenticated))))
  return printProgram((after.routes[0] as PolicyIr['routes'][0]).authenticated)
}
