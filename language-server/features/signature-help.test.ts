import { expect, test } from 'vitest'
import { TextFiles } from '../workspace/files.ts'
import { Workspace } from '../workspace/workspace.ts'
import { signatureHelpAt } from './signature-help.ts'

const DECLARED = `identity staff via oidc { sub: string, groups: set<string> }
service orders at "orders.example.com" { route read GET "/orders/{id}" }
/// Whether it is theirs.
def owns(order: string, of: map<string, int>): bool = order == "x"
permit p on orders.read to staff when `

/** Returns the signatures at `▮`, the active one first, with the active parameter in brackets. */
function helpAt(marked: string): string[] {
  const text = DECLARED + marked
  const workspace = new Workspace(new TextFiles())
  workspace.addFolder('file:///w')
  workspace.setText('file:///w/own.iap', text.replace('▮', ''))
  const policy = workspace.policyAt('file:///w/own.iap')
  const help = policy === null ? null : signatureHelpAt(policy, text.indexOf('▮'))
  if (help === null) return []
  const { signatures, activeSignature = 0, activeParameter = 0 } = help
  const shown = signatures.map(({ label, parameters = [] }, at) => {
    const place = at === activeSignature ? parameters[activeParameter]?.label : undefined
    if (place === undefined || typeof place === 'string') return label
    return `${label.slice(0, place[0])}[${label.slice(...place)}]${label.slice(place[1])}`
  })
  return [...shown.splice(activeSignature, 1), ...shown]
}

for (const [marked, ...expected] of [
  ['owns(▮', 'owns([order: string], of: map<string, int>): bool'],
  ['owns("a", ▮)', 'owns(order: string, [of: map<string, int>]): bool'],
  ['owns(caller.sub.replace("a", "b"), ▮', 'owns(order: string, [of: map<string, int>]): bool'],
  ['caller.sub.startsWith(▮', 'string.startsWith([string]): bool'],
  ['caller.sub.startsWith("▮")', 'string.startsWith([string]): bool'],
  ['caller.sub.substring(1, ▮', 'string.substring(int, [int?]): string'],
  ['caller.sub.substring(1▮', 'string.substring([int], int?): string'],
  ['caller.groups.exists(▮', 'exists([x], E): bool'],
  ['caller.groups.exists(g, g.startsWith(▮))', 'string.startsWith([string]): bool'],
  ['math.abs(▮', 'math.abs([int]): int', 'math.abs(double): double'],
  ['size(▮', 'size([list<T>]): int', 'size(set<T>): int', 'size(map<string, T>): int', 'size(string): int'],
  ['nothing(▮'],
  ['caller.sub == "a"▮'],
  ['(▮'],
] as readonly (readonly [string, ...string[]])[])
  test(`${marked} shows ${expected.length} signatures`, () => {
    expect(helpAt(marked)).toEqual(expected)
  })

test('the documentation of a def is shown', () => {
  const workspace = new Workspace(new TextFiles())
  const text = `${DECLARED}owns(`
  workspace.setText('file:///w/own.iap', text)
  const policy = workspace.policyAt('file:///w/own.iap')
  const help = policy === null ? null : signatureHelpAt(policy, text.length)
  expect(help?.signatures[0]?.documentation).toEqual({ kind: 'markdown', value: 'Whether it is theirs.' })
})

test('declarations, annotations and tests have no calls', () => {
  expect(helpAt('true\ndef g(▮')).toEqual([])
  expect(helpAt('true\n@was(▮')).toEqual([])
  expect(helpAt('true\ntest "x" { as staff {} GET "https://x" at timestamp(▮')).toEqual([])
})
