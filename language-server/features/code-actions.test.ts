import { expect, test } from 'vitest'
import { CodeActionKind, CodeActionTriggerKind } from 'vscode-languageserver-types'
import { resolveRuleTest } from '../actions/rule-test.ts'
import { CancelledError } from '../runs/run.ts'
import { EditedWorkspace } from '../testing/edited-workspace.ts'
import { rangeOf } from '../text/positions.ts'
import { codeActionsAt } from './code-actions.ts'
import { renameAt } from './rename.ts'

const SHARED = `identity staff via oidc { sub: string, groups: set<string> }
identity partner via api_key { sub: string }
role support of staff when "support" in caller.groups
service orders at "orders.example.com" {
  route read GET "/orders/{id}"
  route create POST "/orders" body { amount: int }
}
`

/** Returns the actions at a text of `own.iap`. */
function actionsAt(workspace: EditedWorkspace, text: string) {
  const policy = workspace.policy('own.iap')
  const start = policy.source.text.indexOf(text)
  if (start === -1) throw new Error(`there is no ${text}`)
  return codeActionsAt(workspace, policy, rangeOf({ source: policy.source, start, end: start }))
}

/** Makes the edit of the action with a title, and returns the text of a file. */
async function applied(texts: Readonly<Record<string, string>>, at: string, title: string, name = 'own.iap'): Promise<string> {
  const workspace = new EditedWorkspace({ 'shared.iap': SHARED, ...texts })
  const action = actionsAt(workspace, at).find((one) => one.title === title)
  if (action === undefined) throw new Error(`there is no action ${title}`)
  const resolved = await resolveRuleTest(workspace, action, () => false)
  if (typeof resolved === 'string') throw new Error(resolved)
  const after = workspace.apply(resolved.edit ?? {})
  expect(workspace.errors('own.iap')).toEqual([])
  return after[name] ?? ''
}

const titlesAt = (text: string, at: string) =>
  actionsAt(new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': text }), at).map(({ title }) => title)

test('a missing `to` is added in the layout of the rule, for each role and identity', async () => {
  const text = 'import { orders, staff, support } from "./shared.iap"\n\npermit p\n  on     orders.read\n  header "a" = "b"\n'
  expect(titlesAt(text, 'permit p')).toEqual(expect.arrayContaining(['add `to support`', 'add `to staff`']))
  expect(await applied({ 'own.iap': text }, 'permit p', 'add `to support`')).toBe(
    text.replace('orders.read\n', 'orders.read\n  to     support\n'),
  )
})

test('a missing `to` stands on the line of a rule of one line', async () => {
  const text = 'import { orders, staff } from "./shared.iap"\npermit p on orders.read when caller.sub == "a"\n'
  expect(await applied({ 'own.iap': text }, 'permit p', 'add `to staff`')).toContain('on orders.read to staff when caller')
})

test('a forbid gets its `because`, also where no warning asks for it', async () => {
  const text = 'import { orders, staff } from "./shared.iap"\nforbid f\n  on      orders.*\n  unless  mfa\n'
  expect(await applied({ 'own.iap': text }, 'forbid f', 'add `because`')).toBe(`${text.trimEnd()}\n  because "…"\n`)
  expect(titlesAt(text.replace('unless  mfa', 'because "x"'), 'forbid f')).not.toContain('add `because`')
})

test('long white space before `on` is searched in linear time', () => {
  // In quadratic time this takes more than a minute.
  const text = `import { orders } from "./shared.iap"\nforbid f ${' '.repeat(200_000)}// x\n on orders.read\n`
  expect(titlesAt(text, 'forbid f')).toContain('add `because`')
})

const UNTESTED = `import { orders, support } from "./shared.iap"
permit reading on orders.read to support when params.id != "x"
permit creating on orders.create to support when body.amount > 10 && body.amount < 12
`

test('a rule that no test names gets one that it decides, with the imports that it needs', async () => {
  const text = await applied({ 'own.iap': UNTESTED }, 'permit creating', 'add a test for `creating`')
  expect(text).toContain('import { orders, support, staff } from "./shared.iap"')
  expect(text).toContain('groups: ["support"] }')
  expect(text).toContain('{ amount: 11 }')
  expect(text).toContain('expect permit by creating')
})

test('the test goes to the tests beside the policy', async () => {
  const beside = 'import { partner } from "./shared.iap"\n'
  const text = await applied(
    { 'own.iap': UNTESTED, 'own.test.iap': beside },
    'permit reading',
    'add a test for `reading`',
    'own.test.iap',
  )
  expect(text).toMatch(/^import \{ partner, staff \} from "\.\/shared\.iap"\n\ntest "reading permits orders\.read" \{/)
})

test('a rule with a test, a shadow rule and a policy with errors are offered none', () => {
  const tested = `${UNTESTED}test "t" { as anonymous GET "https://orders.example.com/orders/1" expect deny by reading }\n`
  expect(titlesAt(tested, 'permit reading')).not.toContain('add a test for `reading`')
  expect(titlesAt(UNTESTED.replace('permit reading', 'shadow permit reading'), 'shadow')).not.toContain(
    'add a test for `reading`',
  )
  expect(titlesAt(`${UNTESTED}permit x on orders.read\n`, 'permit reading')).not.toContain('add a test for `reading`')
})

test('a rule that decides no request has no test, and its action says so', async () => {
  const workspace = new EditedWorkspace({
    'shared.iap': SHARED,
    'own.iap': `${UNTESTED}permit never on orders.read to support when params.id == "a" && params.id == "b"\n`,
  })
  const action = actionsAt(workspace, 'permit never').find(({ title }) => title === 'add a test for `never`')
  expect(action && (await resolveRuleTest(workspace, action, () => false))).toBe('no request was found that `never` decides')
})

test('a search for a test ends when it is cancelled, and when a text changes', async () => {
  const workspace = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': UNTESTED })
  const action = actionsAt(workspace, 'permit reading').find(({ title }) => title === 'add a test for `reading`')
  if (action === undefined) throw new Error('there is no action')
  await expect(resolveRuleTest(workspace, action, () => true)).rejects.toThrow(CancelledError)
  const { project } = workspace.policy('own.iap')
  // The search asks after each step that took long, and at its beginning: there it is not cancelled yet.
  const change = () => {
    project.change(true)
    return false
  }
  await expect(resolveRuleTest(workspace, action, change)).rejects.toThrow(CancelledError)
})

test('imports are merged, sorted and freed of unused names', async () => {
  const text = `import { support } from "./shared.iap"
import { Money } from "./money.iap"
import { partner, orders } from "./shared.iap"
permit p on orders.read to support
`
  const after = await applied({ 'own.iap': text, 'money.iap': 'type Money = int\n' }, 'import', 'organize imports')
  expect(after).toBe('import { orders, support } from "./shared.iap"\npermit p on orders.read to support\n')
  expect(titlesAt(after, 'import')).not.toContain('organize imports')
})

test('imports in order are left as they are, whatever ends their lines', () => {
  const text = `import { orders } from "./shared.iap"\nimport { pays } from "./z.iap"\npermit p on orders.read, pays.pay to anyone\n`
  for (const ending of ['\n', '\r\n']) {
    const own = text.replaceAll('\n', ending)
    const pays = 'service pays at "pays.example.com" { route pay POST "/" }\n'
    const workspace = new EditedWorkspace({ 'shared.iap': SHARED, 'z.iap': pays, 'own.iap': own })
    expect(workspace.errors('own.iap')).toEqual([])
    expect(actionsAt(workspace, 'import').map(({ title }) => title)).not.toContain('organize imports')
  }
})

test('what was renamed can keep its former name', () => {
  const workspace = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': UNTESTED })
  const policy = workspace.policy('own.iap')
  const edit = renameAt(workspace, policy, policy.source.text.indexOf('reading'), 'looking')
  if (typeof edit === 'string') throw new Error(edit)
  workspace.apply(edit)
  const title = 'keep the former name `reading` with `@was`'
  const action = actionsAt(workspace, 'looking').find((one) => one.title === title)
  const text = workspace.apply(action?.edit ?? {})['own.iap']
  expect(text).toContain('@was("reading")\npermit looking on orders.read')
  expect(workspace.errors('own.iap')).toEqual([])
  expect(actionsAt(workspace, 'looking').map((one) => one.title)).not.toContain(title)
})

test('after a move of the cursor no warnings are sought, unless the editor shows one', () => {
  const text = 'import { orders, staff, partner } from "./shared.iap"\npermit p on orders.read to staff\n'
  const workspace = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': text })
  const policy = workspace.policy('own.iap')
  const range = rangeOf({ source: policy.source, start: 24, end: 24 })
  const all = codeActionsAt(workspace, policy, range)
  const triggerKind = CodeActionTriggerKind.Automatic
  const warning = all.flatMap(({ diagnostics = [] }) => diagnostics)
  expect(all.map(({ title }) => title)).toContain('organize imports')
  expect(warning).not.toEqual([])
  expect(codeActionsAt(workspace, policy, range, { diagnostics: [], triggerKind })).toEqual([])
  expect(codeActionsAt(workspace, policy, range, { diagnostics: warning, triggerKind })).toEqual(all)
  expect(codeActionsAt(workspace, policy, range, { diagnostics: [], only: ['source.organizeImports'], triggerKind })).toEqual(all)
})

test('all fixes at once are offered only if those of syntax errors remove them', () => {
  const service = (route: string) => `service shop at "shop.example.com" {\n  route buy POST ${route}\n}\n`
  const title = "fix all of iap's findings (1)"
  expect(titlesAt(service('buy'), 'buy\n')).toEqual(expect.arrayContaining(['quote it', title]))
  expect(titlesAt(service('buy "/buy"'), 'buy "')).toContain('quote it')
  expect(titlesAt(service('buy "/buy"'), 'buy "')).not.toContain(title)
})

test('nothing is offered twice, and kinds are those that the server announces', () => {
  const workspace = new EditedWorkspace({ 'shared.iap': SHARED, 'own.iap': UNTESTED })
  const announced = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, 'source.fixAll.iap', 'source.organizeImports']
  for (const { kind } of actionsAt(workspace, 'permit reading')) expect(announced).toContain(kind)
})
