import { expect, test } from 'vitest'
import { compile } from '../../compile.ts'
import { ask, modelOf, moduleOf, type Question } from '../../testing/compile-text.ts'

const POLICY = `
identity staff via jwt { sub: string, level: int }
service s at "h.test" {
  route one GET "/one/{id}"
  route two GET "/two/{id}"
  route far GET "/far/away/{id}"
}
permit seniors on s.* to staff when caller.level > 3
permit owners on s.* to staff when params.id == caller.sub
forbid nobody on s.* unless caller is staff because "Sign in."
`

test('a rule has one function for all routes on which it says the same, and is numbered where it does not', () => {
  const { policy } = compile(modelOf(POLICY))
  const judges = [...policy.matchAll(/^function (judge\$\S+)\(trace, facts, request\)/gm)].map(([, name]) => name)
  // Of an anonymous caller it is known that nobody is: `nobody` says another thing of these. The id stands elsewhere on `far`.
  expect(judges.toSorted()).toEqual(['judge$nobody', 'judge$nobody$2', 'judge$owners', 'judge$owners$2', 'judge$seniors'])
})

test('the first route that asks gives the number, whatever else the policy has', () => {
  const { policy } = compile(modelOf(`${POLICY}\npermit anybody on s.one to anyone`))
  expect(policy).toContain('function judge$owners$2')
  expect(policy).toContain('function judge$anybody(trace, facts, request)')
})

test('each kind of caller is traced by the rules that are for it', () => {
  const module = moduleOf(POLICY)
  const junior: Question['as'] = ['staff', { sub: 'ada', level: 1 }]
  expect(ask(module, { path: '/one/ada' })).toMatchObject({ effect: 'unauthenticated', rules: ['nobody'] })
  expect(ask(module, { path: '/far/away/ada', as: junior })).toMatchObject({ effect: 'permit', rules: ['owners'] })
  expect(ask(module, { path: '/one/bob', as: ['staff', { sub: 'ada', level: 5 }] }).rules).toEqual(['seniors'])
})
