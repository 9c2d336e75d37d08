import { expect, test } from 'vitest'
import { EditedWorkspace } from '../testing/edited-workspace.ts'
import { renameAt } from './rename.ts'

const SHARED = `identity staff via oidc { sub: string, groups: set<string> }
identity partner via api_key { sub: string }
role support of staff when "support" in caller.groups
label pii
label internal
data assigned: map<string, set<string>>
type Order = { id: string, lines: list<{ sku: string }> }
type Sku = string
def owns(order: string, of: set<string>): bool = of.exists(one, one == order)
service orders at "orders.example.com" is pii {
  route read GET "/orders/{id}"
  @was("fetch") route create POST "/orders" body Order
}
@was("ancient")
permit reading on orders.read to support when caller.sub in assigned && owns(params.id, assigned[caller.sub])
invariant only_staff on * permitted only when caller is staff
fixture mia { as staff { sub: "mia", groups: ["support"] } }
`
const OWN = `import { staff, support, assigned, owns, orders, mia } from "./shared.iap"
permit creating on orders.create to support when body.lines.all(line, line.sku != "x") && "b" in assigned && owns("a", assigned["b"])
forbid blocked on orders.* except orders.read to staff when caller is support because "Blocked."
test "mia reads" {
  given mia
  GET "https://orders.example.com/orders/1"
  data assigned: { mia: ["1"] }
  expect permit by reading
}
`

const workspace = () => new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': OWN })

/** Renames the first use of a name that stands behind some text. */
function rename(edited: EditedWorkspace, file: string, behind: string, name: string) {
  const policy = edited.policy(file)
  const at = policy.source.text.indexOf(behind) + behind.length
  return renameAt(edited, policy, at, name)
}

for (const [what, behind, before, after] of [
  ['an identity', 'identity ', 'staff', 'employee'],
  ['a role', 'role ', 'support', 'helpers'],
  ['a label', 'label ', 'pii', 'personal'],
  ['data', 'data ', 'assigned', 'given_to'],
  ['a type', 'type ', 'Order', 'NewOrder'],
  ['a def', 'def ', 'owns', 'has_order'],
  ['a parameter', 'owns(', 'order', 'wanted'],
  ['a variable', 'of.exists(', 'one', 'each'],
  ['a service', 'service ', 'orders', 'shop'],
  ['a route', 'route ', 'read', 'show'],
  ['a rule', 'permit ', 'reading', 'looking'],
  ['an invariant', 'invariant ', 'only_staff', 'nobody_else'],
  ['a fixture', 'fixture ', 'mia', 'zoe'],
  ['a role by a word of the language', 'role ', 'support', 'when'],
] as const)
  test(`${what} is renamed in all files, and back again`, () => {
    const renamed = workspace()
    expect(renamed.errors('own.iap')).toEqual([])
    const edit = rename(renamed, 'shared.iap', behind, after)
    if (typeof edit === 'string') throw new Error(edit)
    const texts = renamed.apply(edit)
    expect(renamed.errors('own.iap')).toEqual([])
    expect(texts['shared.iap']).toContain(`${behind}${after}`)
    const back = rename(renamed, 'shared.iap', behind, before)
    if (typeof back === 'string') throw new Error(back)
    expect(renamed.apply(back)).toEqual({ 'shared.iap': SHARED, 'own.iap': OWN })
  })

for (const [what, file, behind, name, why] of [
  ['a name of another file', 'shared.iap', 'role ', 'creating', '`creating` is declared already, in `own.iap`'],
  ['a name of its file', 'shared.iap', 'label ', 'internal', '`internal` is declared already, in `shared.iap`'],
  ['another type', 'shared.iap', 'type ', 'Sku', '`Sku` is declared already, in `shared.iap`'],
  ['a type of the language', 'shared.iap', 'type ', 'string', '`string` has a meaning of its own in the language'],
  ['a root', 'shared.iap', 'data ', 'request', '`request` has a meaning of its own in the language'],
  ['a built-in function', 'shared.iap', 'def ', 'size', '`size` has a meaning of its own in the language'],
  ['another route', 'shared.iap', 'route ', 'create', '`orders` has a route `create` already'],
  ['another parameter', 'shared.iap', 'owns(', 'of', '`of` is a variable here already'],
  ['data for a variable', 'own.iap', '.all(', 'assigned', '`assigned` is declared already, in `shared.iap`'],
  ['a root for a variable', 'own.iap', '.all(', 'caller', '`caller` has a meaning of its own in the language'],
  ['a namespace for a variable', 'own.iap', '.all(', 'math', '`math` has a meaning of its own in the language'],
  ['a variable for data', 'shared.iap', 'data ', 'line', '`line` is a variable in `own.iap`'],
  ['a former name of a route', 'shared.iap', 'route ', 'fetch', '`fetch` is the former name of `create`'],
  ['a former name', 'shared.iap', 'role ', 'ancient', '`ancient` is the former name of `reading`'],
  ['a reserved word', 'shared.iap', 'role ', 'in', '`in` is a word of the language, and no name'],
  ['two underscores', 'shared.iap', 'role ', '__x', '`__x` begins with two underscores, which are reserved'],
  ['no name', 'shared.iap', 'role ', '2x', '`2x` is not a name: use letters, digits and `_`, and no digit first'],
  ['anything for a claim', 'shared.iap', 'via oidc { ', 'id', 'a claim has the name that tokens give it'],
] as const)
  test(`${what} is refused`, () => {
    expect(rename(workspace(), file, behind, name)).toEqual(expect.stringContaining(why))
  })

for (const [what, file, behind, name, row] of [
  ['a fixture', 'own.iap', 'fixture ', 'home', '{ place: "home", who: "staff", why: "reading" }'],
  ['an identity', 'shared.iap', 'identity ', 'employee', '{ place: "office", who: "employee", why: "reading" }'],
  ['a rule', 'shared.iap', 'permit ', 'looking', '{ place: "office", who: "staff", why: "looking" }'],
] as const)
  test(`${what} is renamed in the rows of a test`, () => {
    const rows = `fixture office { from "192.0.2.7" }
test "rows" {
  given $place
  as $who { sub: "mia", groups: ["support"] }
  GET "https://orders.example.com/orders/1"
  data assigned: { mia: ["1"] }
  expect permit by $why
  cases { "mia": { place: "office", who: "staff", why: "reading" } }
}
`
    const edited = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': OWN + rows })
    expect(edited.errors('own.iap')).toEqual([])
    const edit = rename(edited, file, behind, name)
    if (typeof edit === 'string') throw new Error(edit)
    expect(edited.apply(edit)['own.iap']).toContain(row)
    expect(edited.errors('own.iap')).toEqual([])
  })

test('an operation of a document keeps its name', () => {
  const document = { openapi: '3.1.0', info: { title: 'a', version: '1' }, paths: { '/x': { get: { operationId: 'list' } } } }
  const own = 'label pii\nservice s at "s.example" from openapi "./s.json" {\n  list is pii\n}\npermit p on s.list to anyone\n'
  const edited = new EditedWorkspace({ 's.json': JSON.stringify(document), 'own.iap': own })
  expect(edited.errors('own.iap')).toEqual([])
  expect(rename(edited, 'own.iap', 'on s.', 'all')).toBe('an operation has the name that its document gives it')
})

test('a name that a configuration has already is refused', () => {
  const config = 'identities:\n  staff:\n    type: oidc\n  employee:\n    type: oidc\n'
  const edited = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': OWN, 'iap.yaml': config })
  expect(rename(edited, 'shared.iap', 'identity ', 'employee')).toBe('`employee` is in `iap.yaml` already')
})

test('a name that is declared twice is refused, as its uses stand for neither', () => {
  const edited = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': `${OWN}data assigned: set<string>\n` })
  expect(rename(edited, 'shared.iap', 'data ', 'given_to')).toBe('`assigned` is declared more than once')
})

test('the same name changes nothing', () => {
  expect(rename(workspace(), 'shared.iap', 'role ', 'support')).toEqual({ changes: {} })
})
