import { expect, test } from 'vitest'
import { parse } from '../parse.ts'
import { childKeys, childrenOf, isExpression, type SyntaxNode, visit, walkExpressions } from './children.ts'

const text = `import { a } from "./x.iap" // one
type T = { a: list<int>, b: "x" | "y", ... }
identity i via jwt { c from "d": T }
role r of i when caller.c[0] == -x && has(caller.c) || f([1, 2.5, true], "s") ? caller is r : !a.g(b)
@was("old") label l
data d: T
def f(x: T, y: int): bool = {x: a.?b, "k": a[?c]} == l.map(x, y, z)
service s at "h" from openapi "o" is l { @was("o") route t GET, "M-SEARCH" "/p" query { a: int } body T is l route u PUT "/u" body schema "x" op is l }
shadow permit p on *, label l, s.*, s.t except s.t to r when a unless b require acr "a" within 1h limit 1 per 1m by c header "h" = d because "no"
invariant v on * except label l denied when mfa
test "t" { as i { k: [1, null], "q": { z: "v" } } authenticated by acr "a" 5m ago POST $u { x: $y } header "a": "b" data d: 1 mtls { m: 1 }
  at timestamp("x") from "y" expect deny by p header "a": "b" limit p shadow q cases { "r": { u: 1 } } }
fixture x { as i from "./a.json" data d from "./d.json" }
test "p" { for any request on * except s.t when caller is i expect deny }`

const { result: file, diagnostics } = parse({ name: 'a.iap', text })

test('every kind of node is reached, each in the order of the text', () => {
  expect(diagnostics).toEqual([])
  const seen = new Set<string>()
  visit(file, (node) => {
    seen.add(node.kind)
    let end = node.span.start
    for (const child of childrenOf(node)) {
      expect(child.span.start, `${child.kind} in ${node.kind}`).toBeGreaterThanOrEqual(node.span.start)
      expect(child.span.end, `${child.kind} in ${node.kind}`).toBeLessThanOrEqual(node.span.end)
      // Clauses of a rule come in any order, as do routes and operations.
      if (node.kind !== 'RuleDeclaration') expect(child.span.start, `${child.kind} in ${node.kind}`).toBeGreaterThanOrEqual(end)
      end = child.span.end
    }
  })
  expect([...seen].sort()).toEqual(Object.keys(childKeys).sort())
})

test('nothing is a child that the table does not name, and every child is reached once', () => {
  const reached: SyntaxNode[] = []
  visit(file, (node) => reached.push(node))
  expect(new Set(reached).size).toBe(reached.length)
  const held = new Set<unknown>()
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null || held.has(value)) return
    if ('kind' in value) held.add(value)
    for (const [key, inner] of Object.entries(value)) if (key !== 'span' && key !== 'comments') look(inner)
  }
  look(file)
  expect(new Set(reached)).toEqual(held)
})

test('visiting stops below a node where it is told to', () => {
  const seen: string[] = []
  visit(file, (node) => {
    seen.push(node.kind)
    return node.kind === 'File'
  })
  expect(seen).toEqual(['File', ...childrenOf(file).map(({ kind }) => kind)])
})

test('expressions are walked, parents first, and nothing else is', () => {
  const role = file.declarations.find((declaration) => declaration.kind === 'RoleDeclaration')
  if (role === undefined) throw new Error('no role')
  const seen: string[] = []
  walkExpressions(role, (expression) => {
    expect(isExpression(expression)).toBe(true)
    seen.push(expression.kind)
  })
  expect(seen.slice(0, 6)).toEqual(['Conditional', 'Chain', 'Chain', 'Binary', 'Index', 'Member'])
  expect(seen).not.toContain('Name')
})
