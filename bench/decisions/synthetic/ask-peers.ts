import type { Jobs } from '../../peers/job.ts'
import { plainJobs } from '../../peers/plain-jobs.ts'
import type { Field, Fields, PlainQuestion, PlainRule, Test } from '../../peers/plain-policy.ts'
import type { AskedRequest } from '../asked-request.ts'
import { createRouter } from './by-hand/route.ts'
import type { Clause, Policy, Role, Rule } from './draw-policy.ts'
import type { Caller } from './draw-request.ts'

/** @param asked requests that there is a route for */
export function jobsOf(policy: Policy, callers: readonly Caller[], asked: readonly AskedRequest[]): Jobs {
  const routes = policy.services.flatMap(({ routes }) => routes)
  const route = createRouter(policy)
  const rules = routes.flatMap(({ name, rules }) => rules.map((rule) => plainRule(rule, name, policy.roles)))
  const questions = asked.map(({ caller, request }): PlainQuestion => {
    const [, , id = '', , page = '-1'] = request.segments
    const headers = HEADERS.map((name) => [fieldOf(name), request.headers.get(name) ?? ''])
    return {
      who: caller,
      route: routes[route(request)]?.name as string,
      caller: fieldsOf(callers[caller] ?? null),
      request: { id, page: Number(page), ...Object.fromEntries(headers) },
    }
  })
  return plainJobs(rules, questions)
}

const HEADERS = ['x-tenant', 'x-purpose', 'x-channel'] as const

function fieldOf(header: string): string {
  return header.replace('-', '_')
}

function fieldsOf(caller: Caller): Fields {
  const none = { sub: '', region: '', tenant: '', level: -1, department: '', tier: '', groups: [], scope: [] }
  return caller === null ? { ...none, identity: '' } : { ...none, ...caller.claims, identity: caller.identity }
}

function plainRule({ name, effect, to, when }: Rule, route: string, roles: readonly Role[]): PlainRule {
  const alternatives = to.map((who): Test[] => {
    const role = roles.find((one) => one.name === who)
    return role === undefined ? [isIdentity(who)] : [isIdentity(role.of), testOf(role.when)]
  })
  return { name, effect, routes: [route], to: alternatives.length === 0 ? [[]] : alternatives, when: when.map(testOf) }
}

function isIdentity(name: string): Test {
  return { op: 'among', field: 'caller.identity', values: [name] }
}

function testOf(clause: Clause): Test {
  switch (clause.kind) {
    case 'level':
      return { op: 'at-least', field: 'caller.level', value: clause.least }
    case 'department':
    case 'region':
    case 'tier':
      return { op: 'among', field: `caller.${clause.kind}`, values: clause.among }
    case 'group':
      return { op: 'contains', field: 'caller.groups', value: clause.name }
    case 'scope':
      return { op: 'contains', field: 'caller.scope', value: clause.name }
    case 'own-id':
      return { op: 'same', field: 'request.id', other: 'caller.sub' }
    case 'id-prefix':
      return { op: 'starts', field: 'request.id', value: clause.prefix }
    case 'page-at-most':
      return { op: 'at-most', field: 'request.page', value: clause.most }
    case 'header-among':
      return { op: 'among', field: inHeader(clause.header), values: clause.among }
    case 'own-tenant':
      return { op: 'same', field: inHeader(clause.header), other: 'caller.tenant' }
  }
}

function inHeader(name: string): Field {
  return `request.${fieldOf(name)}`
}
