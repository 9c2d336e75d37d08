import { expect, test } from 'vitest'
import { resolveRuleTest } from '../actions/rule-test.ts'
import { EditedWorkspace } from '../testing/edited-workspace.ts'
import { rangeOf } from '../text/positions.ts'
import { codeActionsAt } from './code-actions.ts'
import { completionAt } from './completion.ts'
import { renameAt } from './rename.ts'
import { signatureHelpAt } from './signature-help.ts'

const SAMPLE = `import { Order } from "./types.iap"
identity staff via oidc { sub: string, email?: string, level: "gold" | "silver", groups: set<string> }
role support of staff when "support" in caller.groups
label pii
data assigned: map<string, set<string>>
def owns(order: string, limit: int): bool = order.startsWith("x", limit) && limit > 0
service orders at "orders.example.com" is pii {
  route read   GET  "/orders/{id}" query { page?: int }
  route create POST "/orders" body Order
}
permit reading
  on orders.read
  to support
  when caller.sub in assigned && owns(params.id, 1)
  header "x-tier" = "a"
forbid closed on orders.* unless mfa within 5m
invariant i on * permitted only when caller is support
test "x" { as staff { sub: "a", level: "gold", groups: ["support"] } GET "https://orders.example.com/orders/1" expect deny }
`
const FRAGMENTS = [
  '"',
  '{',
  '}',
  '(',
  ')',
  '.',
  ',',
  ' to ',
  ' when ',
  '\n',
  'caller.',
  '/*',
  '//',
  "'''",
  '$x',
  '@',
  '1',
  'é',
  '\u{1f600}',
  '\r',
]

/** Numbers that look random, the same in each run. */
function randomBelow(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % limit
  }
}

test('no feature throws on broken and half-typed texts', async () => {
  const random = randomBelow(7)
  for (let run = 0; run < 150; run += 1) {
    let text = SAMPLE
    for (let edit = random(4); edit >= 0; edit -= 1) {
      const [at, cut] = [random(text.length), random(2) * random(30)]
      text = text.slice(0, at) + FRAGMENTS[random(FRAGMENTS.length)] + text.slice(at + cut)
    }
    const workspace = new EditedWorkspace({ 'own.iap': text, 'types.iap': 'type Order = { id: string }\n' })
    const policy = workspace.policy('own.iap')
    for (let place = 0; place < 6; place += 1) {
      const at = random(text.length + 1)
      const range = rangeOf({ source: policy.source, start: at, end: at })
      for (const { textEdit } of completionAt(policy, at, true).items) {
        const edited = textEdit !== undefined && 'range' in textEdit ? textEdit.range : null
        // What the protocol requires: one line, which has the place.
        expect([edited?.start.line, edited?.end.line]).toEqual([range.start.line, range.start.line])
        expect(edited?.start.character).toBeLessThanOrEqual(range.start.character)
        expect(edited?.end.character).toBeGreaterThanOrEqual(range.start.character)
      }
      signatureHelpAt(policy, at)
      for (const action of codeActionsAt(workspace, policy, range))
        if (place === 0) await resolveRuleTest(workspace, action, () => false)
      renameAt(workspace, policy, at, 'renamed')
    }
  }
})
