import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { checkProject } from '../project.ts'

const files: Record<string, string> = {
  'people/identity.iap': 'identity staff via jwt { sub: string }\nidentity partner via jwt\nlabel pii\n',
  'facts.iap': 'data blocked: set<string>\ndef open(door: string): bool = door != "a"\n',
  'shop.iap': 'service orders at "orders.shop.example" { route read GET "/orders/{id}" }\n',
}

function check(text: string): readonly Diagnostic[] {
  const read = (name: string) => (name === 'rules/main.iap' ? text : (files[name] ?? null))
  return checkProject({ read }, ['rules/main.iap', ...Object.keys(files)]).diagnostics
}

/** The text with the first fix of its one mistake made. */
function mended(text: string): string {
  const [diagnostic, ...more] = check(text)
  expect(more).toEqual([])
  const edits = [...(diagnostic?.fixes[0]?.edits ?? [])].sort((a, b) => b.span.start - a.span.start)
  return edits.reduce((whole, { span, text: put }) => whole.slice(0, span.start) + put + whole.slice(span.end), text)
}

describe('a fix of a declaration', () => {
  const imports = 'import { staff } from "../people/identity.iap"\nimport { orders } from "../shop.iap"\n'
  it.each([
    [
      'imports a name',
      'permit p on orders.read to anyone',
      'import { orders } from "../shop.iap"\npermit p on orders.read to anyone',
    ],
    ['imports one more', `${imports}service s at "s.example" { route r GET "/" is pii }`, null],
    [
      'imports a caller',
      'import { orders } from "../shop.iap"\npermit p on orders.read to staff',
      'import { staff } from "../people/identity.iap"\nimport { orders } from "../shop.iap"\npermit p on orders.read to staff',
    ],
    [
      'imports whom a condition asks for',
      `import { orders } from "../shop.iap"\nforbid p on orders.read when caller is staff`,
      null,
    ],
    ['imports data', `${imports}permit p on orders.read to staff when caller.sub in blocked`, null],
    ['imports a def', `${imports}permit p on orders.read to staff when open("x")`, null],
    ['renames', `${imports}permit p on orders.raed to staff`, `${imports}permit p on orders.read to staff`],
    ['renames callers', `${imports}permit p on orders.read to stff`, `${imports}permit p on orders.read to staff`],
    ['renames imports', imports.replace('{ staff }', '{ stff }'), imports],
    ['writes in lower case', `${imports}permit p on orders.read to staff header "X-A" = "b"`, null],
    ['writes unless', `${imports}forbid p on orders.read require mfa`, `${imports}forbid p on orders.read unless mfa`],
    ['renames methods', 'service s at "s.example" { route r GTE "/" }', 'service s at "s.example" { route r GET "/" }'],
    ['renames ways', 'identity x via jwtt', 'identity x via jwt'],
    [
      'renames rules',
      `${imports}permit reading on orders.read to staff\ntest "t" { GET "https://orders.shop.example/orders/1" expect permit by reeding }`,
      null,
    ],
  ])('%s', (_, text, expected) => {
    const after = mended(text)
    if (expected !== null) expect(after).toBe(expected)
    expect(check(after)).toEqual([])
  })
})

describe('a guard opens nothing where something is missing', () => {
  const declared = `identity staff via jwt { sub: string, level?: int, tags: list<{ note?: string }>, quotas: map<string, int> }
identity partner via jwt { sub: string }
service s at "s.example" { route r GET "/" }
`
  const has = 'has(caller.level)'
  it.each([
    ['permit p on s.r to staff when caller.level > 3', `when ${has} && caller.level > 3`],
    ['permit p on s.r to staff unless caller.level < 3', `unless !${has} || caller.level < 3`],
    ['forbid p on s.r to staff when caller.level < 3', `when !${has} || caller.level < 3`],
    ['forbid p on s.r to staff unless caller.level > 3', `unless ${has} && caller.level > 3`],
    ['permit p on s.r to staff when caller.sub == "a" || caller.level > 3', `|| ${has} && caller.level > 3`],
    ['forbid p on s.r to staff when caller.sub == "a" && caller.level < 3', `&& (!${has} || caller.level < 3)`],
    ['forbid p on s.r to staff when caller.sub == "a" || caller.level < 3', `|| !${has} || caller.level < 3`],
    [
      'permit p on s.r to staff when !(caller.sub == "a" && caller.level < 3)',
      `!(caller.sub == "a" && (!${has} || caller.level < 3))`,
    ],
    ['forbid p on s.r to staff when !(caller.sub == "a" || caller.level > 3)', `|| ${has} && caller.level > 3)`],
    ['permit p on s.r to staff when !(caller.level < 3)', `when ${has} && !(caller.level < 3)`],
    ['forbid p on s.r to staff when !(caller.level > 3)', `when !${has} || !(caller.level > 3)`],
    ['forbid p on s.r when caller.sub == "a"', 'when !(caller is authenticated) || caller.sub == "a"'],
    ['forbid p on s.r when caller.quotas == {"a": 1}', 'when !(caller is staff) || caller.quotas == {"a": 1}'],
    ['forbid p on s.r to staff when caller.quotas["a"] > 3', 'when !("a" in caller.quotas) || caller.quotas["a"] > 3'],
    [
      'forbid p on s.r to staff when caller.sub == "a" ? caller.level < 3 : true',
      `when !${has} || (caller.sub == "a" ? caller.level < 3 : true)`,
    ],
    ['forbid p on s.r to staff when caller.tags.exists(t, t.note == "x")', 't, !has(t.note) || t.note == "x"'],
    ['permit p on s.r to staff unless caller.tags.all(t, t.note == "x")', 't, !has(t.note) || t.note == "x"'],
    ['permit p on s.r to staff when caller.tags.all(t, t.note == "x")', 't, has(t.note) && t.note == "x"'],
  ])('%s', (rule, clause) => {
    const after = mendedAlone(declared + rule)
    expect(after).toContain(clause)
    expect(errorsOf(after)).toEqual([])
  })

  it.each([
    'permit p on s.r to staff when (caller.sub == "a" && caller.level > 3) == (caller.sub == "b")',
    'forbid p on s.r to staff when caller.tags.filter(t, t.note == "x").size() > 0',
    'forbid p on s.r to staff when caller.tags.exists_one(t, t.note == "x")',
  ])('%s: none where either may', (rule) => {
    const [diagnostic] = alone(declared + rule)
    expect(diagnostic).toMatchObject({ code: 'IAP3023', fixes: [] })
  })
})

function alone(text: string): readonly Diagnostic[] {
  return checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap']).diagnostics
}

function errorsOf(text: string): readonly string[] {
  return alone(text).flatMap(({ severity, code }) => (severity === 'error' ? [code] : []))
}

function mendedAlone(text: string): string {
  const edits = [...(alone(text)[0]?.fixes[0]?.edits ?? [])].sort((a, b) => b.span.start - a.span.start)
  return edits.reduce((whole, { span, text: put }) => whole.slice(0, span.start) + put + whole.slice(span.end), text)
}
