import { expect, test } from 'vitest'
import { parse } from '../parse.ts'
import { checkProject } from '../project.ts'
import type { Declaration, Expression, File } from '../syntax/ast.ts'
import { expressionsWithin } from '../syntax/children.ts'
import { showType } from './types/type.ts'

const TEXT = `identity staff via jwt { sub: string, level?: int }
identity partner via jwt { sub: string, firm: string }
role senior of staff when has(caller.level) && caller.level > 3
def owns(order: string): bool = caller.sub == order
service shop at "shop.test" {
  route order GET "/orders/{id}"
}
permit own on shop.order to staff when owns(params.id)
`

function projectOf(text: string) {
  return checkProject({ read: (name) => (name === 'shop.iap' ? text : null) }, ['shop.iap'])
}

/** Checks a declaration in the place of a file of the project. */
function probed(text: string, project = projectOf(TEXT)) {
  const [declaration] = parse({ name: 'shop.iap', text }).result.declarations as [Declaration]
  const found = project.facts.probe(declaration, project.files[0] as File)
  const named = (written: string) =>
    expressionsWithin(declaration).find(({ span }) => text.slice(span.start, span.end) === written) as Expression
  const callers = (written: string) =>
    [...(found.callersAt(named(written)) ?? [])].map((one) => (one === 'anonymous' ? one : one.name)).sort()
  return { ...found, named, callers }
}

test('names and types are known in a text with mistakes', () => {
  const { facts, result, files } = projectOf(`${TEXT}permit wrong on shop.order to nobody when caller.sub == 1\n`)
  expect(result).toBeNull()
  expect(facts.model.routes.map(({ name }) => name)).toEqual(['shop.order'])
  expect(facts.find(files[0] as File, 'senior')?.kind).toBe('RoleDeclaration')
  expect([...facts.visibleIn(files[0] as File).keys()]).toContain('owns')
  expect(facts.declarations.map(({ name }) => name.text)).toContain('wrong')
})

test('an expression that was not checked has no type', () => {
  const { facts } = projectOf(TEXT)
  const other = parse({ name: 'shop.iap', text: TEXT }).result.declarations.flatMap(expressionsWithin)[0] as Expression
  expect([facts.typeOf(other), facts.referenceOf(other)]).toEqual([null, null])
})

test('a probe says which callers are possible where a field is read', () => {
  const { callers } = probed(
    'permit x on shop.order to staff, partner when caller is staff && caller.sub == "a" || caller.firm == "b"',
  )
  expect(callers('caller.sub')).toEqual(['staff'])
  expect(callers('caller.firm')).toEqual(['partner', 'staff'])
})

test.each([
  ['a rule', 'permit x on shop.order to staff when params.id == caller.sub', 'params.id', 'string', ['staff']],
  ['a forbid of anyone', 'forbid x on shop.order when caller.sub == "a"', 'caller.sub', null, ['anonymous', 'partner', 'staff']],
  ['a role', 'role x of staff when caller.sub == "a"', 'caller.sub', 'string', ['staff']],
  ['a def', 'def x(a: string): bool = a == caller.sub', 'caller.sub', null, ['anonymous', 'partner', 'staff']],
  [
    'an invariant',
    'invariant x on shop.* permitted only when caller.sub == "a"',
    'caller.sub',
    null,
    ['anonymous', 'partner', 'staff'],
  ],
])('of %s', (_, text, written, type, expected) => {
  const { callers, named, typeOf } = probed(text)
  const found = typeOf(named(written))
  if (type !== null) expect(found && showType(found)).toBe(type)
  expect(callers(written)).toEqual(expected)
})

test('a probe says which variables can be read at a name', () => {
  const { named, variablesAt } = probed('def x(a: list<string>): bool = a.exists(one, one == "b")')
  const [, ...inside] = expressionsWithin(
    parse({ name: 'shop.iap', text: 'def x(a: list<string>): bool = a.exists(one, one == "b")' }).result,
  )
  expect(inside.length).toBeGreaterThan(0)
  const variables = variablesAt(named('one') as Extract<Expression, { kind: 'Identifier' }>)
  expect([...variables.keys()]).toEqual(['a', 'one'])
})

test('a probe reports nothing, and leaves the project as it was', () => {
  const project = projectOf(TEXT)
  const before = project.diagnostics.length
  probed('permit x on shop.nothing to nobody when caller.', project)
  probed('def owns(order: string): bool = order == 1', project)
  expect(project.diagnostics).toHaveLength(before)
  const again = probed('permit x on shop.order to staff when owns(params.id)', project)
  expect(again.typeOf(again.named('owns(params.id)'))?.kind).toBe('bool')
})
