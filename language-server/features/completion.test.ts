import { expect, test } from 'vitest'
import { parse } from '../../language/index.ts'
import { DECLARATION_SNIPPETS } from '../completion/snippets.ts'
import { TextFiles } from '../workspace/files.ts'
import { Workspace } from '../workspace/workspace.ts'
import { completionAt } from './completion.ts'

const SHARED = `
/// Employees.
identity staff via oidc { sub: string, email?: string, level: "gold" | "silver", groups: set<string> }
identity partner via api_key { sub: string, company: string, address: { city: string, zip?: string } }
role support of staff when "support" in caller.groups
label pii
data assigned: map<string, set<string>>
type Order = { id: string, currency: "EUR" | "USD", lines: list<{ sku: string, count: int }> }
/// Whether the caller has the order.
def owns(order: string, limit: int): bool = order == "x" && limit > 0
service orders at "orders.example.com" is pii {
  route read   GET  "/orders/{id}" query { page?: int }
  route create POST "/orders" body Order
}
fixture mia { as staff { sub: "mia", level: "gold", groups: [] } }
permit reading on orders.read to support header "x-tier" = "a"
`

/** Returns the labels that are offered at `▮` in a file that imports all names of another. */
function labelsAt(
  marked: string,
  imports = 'import { staff, partner, support, pii, assigned, owns, orders, mia } from "./shared.iap"',
) {
  return offered(`${imports}\n${marked}`).map(({ label }) => label)
}

function offered(text: string, snippets = false) {
  const files = new TextFiles()
  files.set('/w/shared.iap', SHARED)
  files.set('/w/schemas/order.json', '{}')
  const workspace = new Workspace(files)
  workspace.addFolder('file:///w')
  const offset = text.indexOf('▮')
  workspace.setText('file:///w/own.iap', text.replace('▮', ''))
  const policy = workspace.policyAt('file:///w/own.iap')
  return policy === null ? [] : completionAt(policy, offset, snippets).items
}

for (const [marked, first, never] of [
  // Callers and their claims.
  ['permit a on orders.read to staff when caller.▮', ['groups', 'level', 'sub', 'email'], ['company', 'startsWith']],
  ['permit a on orders.read to staff, partner when caller.▮', ['sub'], ['owns']],
  ['permit a on orders.read to staff, partner when caller is partner && caller.co▮', ['company'], ['email', 'groups']],
  ['permit a on orders.read to partner when caller.address.▮', ['city', 'zip'], ['size']],
  ['permit a when caller.▮', ['sub', 'address', 'company'], []],
  ['permit a on orders.read to staff when (caller.▮', ['sub'], []],
  ['permit a on orders.read to staff when caller.▮ == "x" && (', ['sub'], []],
  ['permit a on orders.read to staff when caller.▮\n  because "x"', ['sub'], []],
  ['permit a on orders.read to ▮', ['orders', 'support', 'staff', 'partner', 'anyone'].slice(1), ['orders', 'pii', 'owns']],
  ['permit a on orders.read to staff, ▮', ['support'], []],
  ['permit a on orders.read to staff when caller is ▮', ['support', 'staff', 'partner', 'anonymous'], ['true', 'anyone', 'mfa']],
  ['role x of ▮', ['staff', 'partner'], ['support']],
  // Targets.
  ['permit a on ▮', ['orders', '*'].slice(0, 1), ['staff']],
  ['permit a on orders.▮ to staff', ['read', 'create'], ['orders']],
  ['permit a on label ▮ to staff', ['pii'], ['orders']],
  ['permit a on * except orders.cr▮', ['create'], ['read']],
  ['service x at "x.example" {\n  route r GET "/" is ▮\n}', ['pii'], ['orders']],
  ['service x at "x.example" {\n  route r ▮\n}', ['GET', 'POST', 'ANY'], []],
  ['service x at "x.example" {\n  ▮\n}', ['route', 'rpc'], ['permit']],
  // Values.
  ['permit a on orders.create to staff when body.▮', ['id', 'currency', 'lines'], ['size']],
  ['permit a on orders.create to staff when body.lines.▮', ['size', 'all', 'exists'], ['id', 'startsWith']],
  ['permit a on orders.create to staff when body.lines.all(l, l.▮)', ['sku', 'count'], ['id']],
  ['permit a on orders.create to staff when body.lines.all(line, ▮)', ['line', 'caller', 'body'], []],
  ['permit a on orders.create to staff when body.currency == "▮"', ['EUR', 'USD'], ['caller']],
  ['permit a on orders.create to staff when body.currency == "▮', ['EUR', 'USD'], []],
  ['permit a on orders.create to staff when body.currency == ▮', ['"EUR"', '"USD"', 'caller'], []],
  ['permit a on orders.create to staff when body.currency in ["EUR", "▮"]', ['EUR', 'USD'], []],
  ['permit a on orders.read to staff when "▮" in caller.groups', [], ['EUR']],
  ['permit a on orders.read to staff when caller.level != "▮"', ['gold', 'silver'], []],
  ['permit a on orders.read to staff when params.▮', ['id'], ['page']],
  ['permit a on orders.read to staff when query.▮', ['page'], ['id']],
  ['permit a on orders.read to staff when request.▮', ['method', 'host', 'path', 'headers', 'time'], []],
  ['permit a on orders.read to staff when request.method == "▮"', ['GET', 'POST'], []],
  ['permit a on orders.read to staff when request.headers["▮"] == "a"', ['x-tier'], ['GET']],
  ['permit a on orders.read to staff when caller.?▮', ['email', 'sub'], ['startsWith']],
  ['permit a on orders.read to staff when has(caller.▮', ['email'], []],
  ['service x at "x.example" is ▮ {', ['pii'], ['orders']],
  ['permit a on orders.read to staff when source.▮', ['ip'], []],
  ['permit a on orders.read to staff when connection.▮', ['mtls'], []],
  ['permit a on orders.read to staff when math.▮', ['abs'], ['size']],
  ['permit a on orders.read to staff when caller.sub.▮', ['startsWith', 'size', 'matches'], ['all', 'join']],
  [
    'permit a on orders.read to staff when ▮',
    ['caller', 'request', 'assigned', 'owns', 'has', 'math'],
    ['orders', 'support', 'mfa'],
  ],
  ['forbid a on orders.read unless ▮', ['mfa', 'acr', 'caller'], []],
  ['permit a on orders.read to staff require ▮', ['mfa', 'acr', 'auth'], ['caller']],
  ['permit a on orders.read to staff limit 2 per 1h by caller.▮', ['sub'], []],
  ['role x of staff when ▮', ['caller'], ['request', 'body']],
  ['def f(order: string): bool = ▮', ['order', 'caller', 'request'], ['body', 'params']],
  ['def f(order: string): bool = order.▮', ['startsWith'], []],
  ['invariant i\n  on *\n  permitted only when caller is ▮', ['support', 'staff'], []],
  ['test "x" {\n  for any request on * when caller is ▮\n  expect deny\n}', ['support'], []],
  // Keywords.
  ['permit a on orders.read ▮', ['to', 'when', 'because', 'limit'], ['permit', 'test', 'staff']],
  ['permit a\n  on orders.read\n  to staff\n  ▮', ['when', 'header', 'except'], ['to', 'on', 'service']],
  ['permit a\n  on orders.read\n  ▮\n  to staff', ['when'], ['to', 'on']],
  ['permit a on orders.read to staff when caller.sub ▮', ['is', 'in', 'when'], ['startsWith']],
  ['forbid a on orders.read ▮', ['when', 'unless', 'because'], ['require', 'limit', 'header']],
  ['▮', ['permit', 'forbid', 'service', 'test', 'import', 'identity'], ['to', 'when', 'GET']],
  ['permit a on orders.read to staff\n\nper▮', ['permit'], ['limit', 'test']],
  ['permit ▮', [], ['on', 'orders']],
  ['invariant i on * ▮', ['permitted', 'denied', 'except'], ['to', 'when']],
  ['identity x via ▮', ['oidc', 'jwt', 'mtls'], []],
  ['@▮', ['was', 'deprecated'], ['permit']],
  ['type A = ▮', ['string', 'int', 'list'], ['orders', 'GET']],
  // Tests.
  ['test "x" { as ▮', ['staff', 'partner', 'anonymous'], ['support']],
  ['test "x" { as staff { ▮ } }', ['sub', 'level', 'groups', 'email'], ['company']],
  ['test "x" {\n  as staff { sub: "a", ▮ }\n  GET "https://x"\n  expect deny\n}', ['level'], ['sub']],
  ['test "x" { as staff { level: "▮" } }', ['gold', 'silver'], []],
  ['test "x" { as partner { address: { ▮', ['city', 'zip'], ['sub']],
  ['test "x" { given ▮', ['mia'], ['staff']],
  ['test "x" { given mia GET "▮', ['https://orders.example.com/orders/id'], []],
  ['test "x" { given mia POST "https://orders.example.com/orders" { ▮', ['id', 'currency', 'lines'], ['sub']],
  ['test "x" { given mia POST "https://orders.example.com/orders" { lines: [{ ▮', ['sku', 'count'], ['id']],
  ['test "x" { given mia GET "https://a" data ▮', ['assigned'], []],
  ['test "x" { given mia GET "https://a" expect ▮', ['permit', 'deny', 'challenge'], ['caller']],
  ['test "x" { given mia GET "https://a" expect permit by ▮', ['reading', 'default', 'no-route'], ['no']],
  ['test "x" { given mia GET "https://a" expect permit header "▮', ['x-tier'], []],
  ['test "x" { given mia GET $u expect permit cases { "a": { ▮', ['u'], []],
  // Imports and documents.
  ['import { ▮ } from "./shared.iap"', ['Order', 'reading'], []],
  ['import { Order } from "▮"', ['./shared.iap'], ['./own.iap']],
  ['service x at "x.example" from openapi "./schemas/▮"', ['./schemas/order.json'], []],
  ['service x at "x.example" { route r POST "/" body schema "▮" }', ['./schemas/'], []],
  // Nothing in comments and numbers.
  ['// permit ▮', [], ['permit', 'staff']],
  ['permit a on orders.read to staff limit 1▮', [], ['per', 'caller']],
  ['permit a on orders.read to staff because """a\n▮"""', [], ['caller']],
] as readonly (readonly [string, readonly string[], readonly string[]])[])
  test(`${marked.replaceAll('\n', '⏎')} offers ${first.slice(0, 3).join(', ') || 'nothing'}`, () => {
    const labels = labelsAt(marked)
    expect(labels).toEqual(expect.arrayContaining([...first]))
    expect(labels.filter((label) => never.includes(label))).toEqual([])
    if (first.length === 0) expect(labels.filter((label) => label === 'caller')).toEqual([])
  })

test('a name of another file comes with the edit that imports it, after what needs none', () => {
  const text = 'import { orders } from "./shared.iap"\npermit a on orders.read to ▮'
  const items = offered(text)
  const support = items.find(({ label }) => label === 'support')
  expect(support?.additionalTextEdits).toEqual([
    { range: { start: { line: 0, character: 15 }, end: { line: 0, character: 15 } }, newText: ', support' },
  ])
  expect(items.map(({ label }) => label).indexOf('anyone')).toBeLessThan(items.map(({ label }) => label).indexOf('support'))
})

test('a file that imports this one is not imported', () => {
  const files = new TextFiles()
  files.set('/w/a.iap', 'import { staff } from "./b.iap"\nrole admin of staff\n')
  files.set(
    '/w/b.iap',
    'identity staff via oidc { sub: string }\nservice s at "s.example" { route r GET "/" }\npermit p on s.r to ',
  )
  const workspace = new Workspace(files)
  workspace.addFolder('file:///w')
  const policy = workspace.policyAt('file:///w/b.iap')
  if (policy === null) throw new Error('there is no b.iap')
  const labels = completionAt(policy, policy.source.text.length, false).items.map(({ label }) => label)
  expect(labels).toContain('staff')
  expect(labels).not.toContain('admin')
})

test('the whole word at the cursor is replaced, and the inside of a quoted text, which is closed', () => {
  const edit = (text: string, label: string) => offered(text).find((one) => one.label === label)?.textEdit
  const imports = 'import { orders, staff } from "./shared.iap"'
  expect(edit(`${imports}\npermit a on orders.re▮ad to staff`, 'read')).toEqual({
    range: { start: { line: 1, character: 19 }, end: { line: 1, character: 23 } },
    newText: 'read',
  })
  expect(edit(`${imports}\npermit a on orders.create to staff when body.currency == "E▮\n`, 'EUR')).toEqual({
    range: { start: { line: 1, character: 58 }, end: { line: 1, character: 59 } },
    newText: 'EUR"',
  })
})

test('a text in other quotes is closed by its own', () => {
  const text = `import { orders, staff } from "./shared.iap"\npermit a on orders.create to staff when body.currency == '▮\n`
  expect(offered(text).find(({ label }) => label === 'EUR')?.textEdit?.newText).toBe("EUR'")
})

test('the quotes of a text are escaped in it', () => {
  const text = (value: string) => `type T = "it's" | "b"\nservice s at "s.example" { route r POST "/" body { t: T } }
permit p on s.r to anyone when body.t == ${value}\n`
  for (const quote of ["'", '"']) {
    const edit = offered(text(`${quote}▮${quote}`)).find(({ label }) => label === "it's")?.textEdit
    const { diagnostics, result } = parse({ name: 'own.iap', text: text(`${quote}${edit?.newText}${quote}`) })
    expect(diagnostics).toEqual([])
    expect(JSON.stringify(result)).toContain(`"value":"it's"`)
  }
})

test('what fits the place comes before what stands everywhere', () => {
  const labels = labelsAt('permit a on orders.create to staff when body.currency == ▮')
  expect(labels.slice(0, 2)).toEqual(['"EUR"', '"USD"'])
})

test('every snippet is readable once its places are filled in', () => {
  const filled = (snippet: string) => snippet.replace(/\$\{\d:((?:\\}|[^}])*)\}/g, '$1').replaceAll('\\}', '}')
  const last: Readonly<Record<string, string>> = { type: 'string', identity: '', service: '', fixture: '', test: '', forbid: 'x' }
  for (const [keyword, snippet] of Object.entries(DECLARATION_SNIPPETS)) {
    const text = filled(snippet).replace('$0', last[keyword] ?? 'true')
    const { diagnostics, result } = parse({ name: 'own.iap', text })
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => `${keyword}: ${message}`)).toEqual([])
    expect([...result.declarations, ...result.imports]).toHaveLength(1)
  }
})

test('clients without snippets get plain texts', () => {
  for (const { textEdit, insertTextFormat } of offered('▮')) {
    expect(insertTextFormat).toBeUndefined()
    expect(textEdit?.newText).not.toContain('$')
  }
  expect(offered('▮', true).find(({ label }) => label === 'permit')?.insertTextFormat).toBe(2)
})
