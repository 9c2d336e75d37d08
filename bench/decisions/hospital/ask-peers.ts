import type { Jobs } from '../../peers/job.ts'
import { plainJobs } from '../../peers/plain-jobs.ts'
import type { PlainQuestion, PlainRule, Test } from '../../peers/plain-policy.ts'
import type { AskedRequest } from '../asked-request.ts'
import { type Caller, SEALED } from './draw-request.ts'
import { groupOf, KINDS, ROLES, WRITERS } from './ward.ts'

/** Whether a record is sealed, the peers are told. */
export function jobsOf(departments: readonly string[], callers: readonly Caller[], asked: readonly AskedRequest[]): Jobs {
  const sealed = new Set(SEALED)
  const questions = asked.map(({ caller, request: { method, segments } }): PlainQuestion => {
    const [department = '', kind = '', record = ''] = segments
    const who = callers[caller] ?? null
    return {
      who: caller,
      route: routeOf(department, kind, method === 'PUT'),
      caller: { identity: who === null ? '' : who.identity, groups: who?.claims.groups ?? [] },
      request: { sealed: sealed.has(record) },
    }
  })
  return plainJobs(departments.flatMap(rulesOf), questions)
}

function routeOf(department: string, kind: string, write: boolean): string {
  return `${department}.${write ? 'write' : 'read'}_${kind}`
}

const STAFF: Test = { op: 'among', field: 'caller.identity', values: ['staff'] }

function rulesOf(department: string): PlainRule[] {
  const permits = ROLES.flatMap((role) =>
    KINDS.map((kind): PlainRule => {
      const routes = [routeOf(department, kind, false), ...(WRITERS.has(role) ? [routeOf(department, kind, true)] : [])]
      const to: Test[] = [STAFF, { op: 'contains', field: 'caller.groups', value: groupOf(department, role) }]
      return { name: `${department}-${role}-${kind}`, effect: 'permit', routes, to: [to], when: [] }
    }),
  )
  const sealed: PlainRule = {
    name: `${department}-sealed`,
    effect: 'forbid',
    routes: KINDS.flatMap((kind) => [routeOf(department, kind, false), routeOf(department, kind, true)]),
    to: [[]],
    when: [
      { op: 'true', field: 'request.sealed' },
      { op: 'lacks', field: 'caller.groups', value: groupOf(department, 'chief') },
    ],
  }
  return [...permits, sealed]
}
