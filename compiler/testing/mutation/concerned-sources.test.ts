import { expect, it } from 'vitest'
import { checkProject, type Model } from '../../../language/index.ts'
import { concernedSources, WHOLE } from './concerned-sources.ts'
import { mutantsOf } from './mutants-of.ts'

const POLICY = `identity staff via oidc { sub: string }
role lead of staff when caller.sub == "ann"
service a at "a.test" {
  route one GET "/one"
  route two GET "/two"
}
service b at "b.test" { route one GET "/one" }
service c at "c.test" { route one GET "/{id}" }
service d at "d.test" { route one GET "/one" }
permit fifth on c.one to staff when params.id != "0"
permit sixth on d.one to staff
test "of c and d" {
  as staff { sub: "bob" }
  GET $url
  expect permit
  cases {
    "c": { url: "https://c.test/one" }
    "d": { url: "https://d.test/one" }
  }
}
permit first on a.one to staff when caller.sub != "eve"
permit second on a.two to lead
permit third on b.one to staff
permit fourth on b.one to lead header "x-lead" = caller.sub
test "at a.one" { as staff { sub: "bob" } GET "https://a.test/one" expect permit by first }
test "at a.two" { as staff { sub: "ann" } GET "https://a.test/two" expect permit by second }
test "at b.one" { as staff { sub: "ann" } GET "https://b.test/one" expect permit by third }
test "nowhere" { as staff { sub: "ann" } GET "https://b.test/none" expect deny by no-route }
`

const { result, files } = checkProject({ read: (name) => (name === 'p.iap' ? POLICY : null) }, ['p.iap'])
const model = result as Model
const route = (url: string) => model.routes.find(({ name }) => url === `https://${name.replace('.', '.test/')}`)?.name ?? null
const concerned = concernedSources(model, files, ({ url }) => route(url))
const [file] = files
const mutants = file === undefined ? [] : mutantsOf(file)

/** The declarations that are left of the policy for a mutant. */
function left(change: string): readonly string[] {
  const mutant = mutants.find((one) => one.change === change)
  if (mutant === undefined) throw new Error(`no mutant is \`${change}\``)
  const text = concerned(mutant).texts.get('p.iap') ?? POLICY
  return text.split('\n').flatMap((line) => /^(?:permit (\w+)|test "([^"]+)")/.exec(line)?.slice(1).filter(Boolean) ?? [])
}

it('leaves the rules and tests of the routes of a rule', () => {
  expect(left('without `when caller.sub != "eve"`')).toEqual(['first', 'at a.one'])
})

it('leaves those of its service for a mutant that is on more routes', () => {
  expect(left('`a.one` becomes `a.*`')).toEqual(['first', 'second', 'at a.one', 'at a.two'])
})

it('leaves all for a role and for a rule that sets a header, which others of its service read', () => {
  const all = [
    'fifth',
    'sixth',
    'of c and d',
    'first',
    'second',
    'third',
    'fourth',
    'at a.one',
    'at a.two',
    'at b.one',
    'nowhere',
  ]
  expect(left('`caller.sub == "ann"` is negated')).toEqual(all)
  expect(left('without `header "x-lead" = caller.sub`')).toEqual(all)
})

it('leaves the rules of all routes that a test of its routes takes by its cases', () => {
  expect(left('without `when params.id != "0"`')).toEqual(['fifth', 'sixth', 'of c and d'])
})

it('keeps what is left in its place', () => {
  const [mutant] = mutants.filter(({ change }) => change.includes('"eve"'))
  const text = concerned(mutant as (typeof mutants)[number]).texts.get('p.iap') ?? ''
  expect(text.indexOf('permit first')).toBe(POLICY.indexOf('permit first'))
  expect(text.indexOf('test "at a.one"')).toBe(POLICY.indexOf('test "at a.one"'))
})

it('tells a mutant on routes that the part does not have', () => {
  const [mutant] = mutants.filter(({ change }) => change.includes('"eve"'))
  const part = concerned(mutant as (typeof mutants)[number])
  expect(part.routesIn(model)?.routes.map(({ name }) => name)).toEqual(['a.one'])
  const onAll = { ...model, rules: model.rules.map((rule) => (rule.name === 'first' ? { ...rule, routes: model.routes } : rule)) }
  expect(part.routesIn(onAll)).toBeNull()
  expect(WHOLE.routesIn(onAll)).toBe(onAll)
})
