/** For the tests of passes: the smallest policy round an expression or some steps, and its program after a pass as text. */
import { type Expr, type PolicyIr, type Program, printProgram, type Step, verify } from '../ir/index.ts'
import type { Pass } from './pass.ts'

export function before(...tests: readonly Expr[]): Program {
  return program(tests.map((test, at) => ({ rule: at === 0 ? 'rule' : `rule${at}`, effect: 'permit', stage: 2, test })))
}

export function program(steps: readonly Omit<Step, 'outcome'>[]): Program {
  const complete = steps.map((step): Step => {
    const outcome = { effect: step.effect === 'permit' ? 'permit' : 'deny', rule: step.rule, reason: null } as const
    return { ...step, outcome }
  })
  return { decide: complete, trace: complete, otherwise: { effect: 'deny', rule: null, reason: 'default' } }
}

export function passOn(authenticated: Program, pass: Pass): readonly string[] {
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
  }
  const policy: PolicyIr = {
    identities: [{ name: 'staff', methods: ['jwt'], claims: new Map(), spiffe: false, roles: [] }],
    callerFields: ['n', 'x'],
    roleWords: 2,
    routes: [{ ...route, anonymous: authenticated, authenticated }],
  }
  return printProgram((verify(pass.run(verify(policy))).routes[0] as PolicyIr['routes'][0]).authenticated)
}
