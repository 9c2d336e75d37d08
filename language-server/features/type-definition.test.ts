import { expect, test } from 'vitest'
import { TextFiles } from '../workspace/files.ts'
import { type PolicyFile, Workspace } from '../workspace/workspace.ts'
import { typeDefinitionAt } from './type-definition.ts'

/** Returns the names of the types at the first `|` in a text, which is not part of it. */
function typesAt(marked: string): string[] {
  const offset = marked.indexOf('|')
  const text = marked.slice(0, offset) + marked.slice(offset + 1)
  const workspace = new Workspace(new TextFiles())
  workspace.setText('file:///w/types.iap', 'type Money = { amount: int }')
  workspace.setText('file:///w/a.iap', text)
  const found = typeDefinitionAt(workspace, workspace.policyAt('file:///w/a.iap') as PolicyFile, offset)
  return found.map(({ uri, range }) => `${uri.slice('file:///w/'.length)}:${range.start.line + 1}:${range.start.character + 1}`)
}

const TYPES = 'import { Money } from "./types.iap"\ntype Order = { id: string, price: Money }\n'
const SERVICE = 'service s at "s.example" { route r POST "/" body Order }\n'

test.each([
  ['a claim', `${TYPES}identity a via jwt { |balance: Money }`, ['types.iap:1:6']],
  [
    'a claim that is read',
    `${TYPES}identity a via jwt { balance: Money }\nrole b of a when caller.|balance.amount > 1`,
    ['types.iap:1:6'],
  ],
  ['a parameter', `${TYPES}def f(or|der: Order): bool = order.id == ""`, ['a.iap:2:6']],
  ['a parameter that is read', `${TYPES}def f(order: list<Order>): bool = or|der == []`, ['a.iap:2:6']],
  ['the result of a def', `${TYPES}def f|(order: Money): Order = {}`, ['a.iap:2:6']],
  ['data', `${TYPES}data or|ders: map<string, Order>`, ['a.iap:2:6']],
  ['a type', `${TYPES}def f(order: Or|der): bool = true`, ['types.iap:1:6']],
  ['a route', `${TYPES}${SERVICE}permit p on s.|r to anyone`, ['a.iap:2:6']],
  ['the body', `${TYPES}${SERVICE}permit p on s.* to anyone when bo|dy.id == ""`, ['a.iap:2:6']],
  ['another root', `${TYPES}${SERVICE}permit p on s.* to anyone when |request.host == ""`, []],
  ['a variable', `${TYPES}def f(): bool = [1].exists(o|ne, one == 1)`, []],
  ['a built-in type', `${TYPES}type X = { x: str|ing }`, []],
  ['nothing', '|', []],
])('the types of %s', (_, marked, expected) => expect(typesAt(marked)).toEqual(expected))

test('broken and half-typed texts have the types that can be read', () => {
  const text = `${TYPES}${SERVICE}identity a via jwt { b: Money }\npermit p on s.r to a when body.id == caller.b`
  for (let end = 0; end <= text.length; end += 5)
    for (const cut of [text.slice(0, end), text.slice(end)]) {
      const at = Math.floor(cut.length / 2)
      expect(() => typesAt(`${cut.slice(0, at)}|${cut.slice(at)}`)).not.toThrow()
    }
})
