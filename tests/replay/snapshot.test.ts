// replay --snapshot and --update.

import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderOf } from '../cli/iap.ts'
import { inside } from '../cli/inside.ts'

const policy = (most: number, more = '') => `
identity staff via jwt { sub: string, groups: set<string>, department: string }
role support of staff when "support" in caller.groups
service orders at "orders.test" {
  route list   GET  "/orders"
  route refund POST "/orders/{id}/refund" body { amount: int }
}
permit lists on orders.list to support ${more}
permit refunds on orders.refund to support when body.amount <= ${most}
`
const record = (id: string, changes: object) =>
  JSON.stringify({
    ...{ version: 3, time: '2026-03-02T09:00:00.120Z', requestId: id, source: '10.1.2.3' },
    ...{ caller: { identity: 'staff', subject: 'ann', credential: null }, method: 'POST', host: 'orders.test' },
    ...{ path: `/orders/${id}/refund`, rawPath: `/orders/${id}/refund`, route: 'orders.refund', service: 'orders' },
    ...{ effect: 'permit', status: 200, code: null, rules: ['refunds'], reason: null, challenge: null },
    ...{ obligations: { headers: [], limits: [] }, revision: 'sha256:0', data: {} },
    ...changes,
  })
const refund = (id: string, amount: number, changes: object = {}) =>
  record(id, { values: { body: true, read: { 'caller.groups': ['support'], 'body.amount': amount } }, ...changes })
const DENIED = { effect: 'deny', status: 403, code: 'denied', rules: [], reason: 'default' }
const LISTED = {
  ...{ method: 'GET', path: '/orders', rawPath: '/orders', route: 'orders.list', rules: ['lists'] },
  values: { read: { 'caller.groups': ['support'] } },
}
const LOG = [refund('a', 450), refund('b', 600, DENIED), record('c', LISTED)]

const replayed = (cwd: string, ...more: readonly string[]) =>
  inside(['replay', 'audit.jsonl', '--against', 'policy.iap', '--snapshot', 'decisions.jsonl', ...more], { cwd })

/** A folder with the log, and a snapshot of its decisions by the policy that allows 500. */
async function recorded(): Promise<string> {
  const cwd = folderOf({ 'policy.iap': policy(500), 'audit.jsonl': `${LOG.join('\n')}\n` })
  expect(await replayed(cwd, '--update')).toMatchObject({ code: 0, stderr: '`decisions.jsonl`: 3 decisions written\n' })
  return cwd
}

test('a snapshot holds a decision a line, and the same policy agrees with it', async () => {
  const cwd = await recorded()
  expect(readFileSync(join(cwd, 'decisions.jsonl'), 'utf8')).toBe(
    `{"record":"a","request":"POST orders.test/orders/a/refund","decision":"permit orders.refund"}
{"record":"b","request":"POST orders.test/orders/b/refund","decision":"deny orders.refund (default)"}
{"record":"c","request":"GET orders.test/orders","decision":"permit orders.list"}
`,
  )
  const { code, stdout } = await replayed(cwd)
  expect([code, stdout]).toEqual([0, '✓ 3 decisions: 3 as in the snapshot, 0 changed, 0 added, 0 missing\n'])
})

test('a policy that decides otherwise fails, with the request and both decisions, until the snapshot is updated', async () => {
  const cwd = await recorded()
  writeFileSync(join(cwd, 'policy.iap'), policy(400, 'when caller.department != ""'))
  const { code, stdout } = await replayed(cwd)
  expect([code, stdout]).toEqual([
    1,
    `changed  POST orders.test/orders/a/refund  a
  snapshot  permit orders.refund
  now       deny orders.refund (default)

changed  GET orders.test/orders  c
  snapshot  permit orders.list
  now       undetermined: needs caller.department

✗ 3 decisions: 1 as in the snapshot, 2 changed, 0 added, 0 missing
`,
  ])
  const json = await replayed(cwd, '--format', 'json')
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    decisions: 3,
    differences: [{ record: 'a', before: 'permit orders.refund', after: 'deny orders.refund (default)' }, { record: 'c' }],
  })
  expect((await replayed(cwd, '--update')).code).toBe(0)
  expect((await replayed(cwd)).code).toBe(0)
  expect((await replayed(cwd, '--strict')).code).toBe(1)
})

test('a record that the snapshot or the log lacks is a difference', async () => {
  const cwd = await recorded()
  writeFileSync(join(cwd, 'audit.jsonl'), `${[LOG[0], LOG[2], refund('d', 1), refund('d', 1)].join('\n')}\n`)
  const { code, stdout } = await replayed(cwd)
  expect(code).toBe(1)
  expect(stdout).toContain('added  POST orders.test/orders/d/refund  d\n  now       permit orders.refund\n')
  expect(stdout).toContain('added  POST orders.test/orders/d/refund  d#2\n')
  expect(stdout).toContain('missing  POST orders.test/orders/b/refund  b\n  snapshot  deny orders.refund (default)\n')
  expect(stdout).toContain('✗ 4 decisions: 2 as in the snapshot, 0 changed, 2 added, 1 missing\n')
})

test('a request ID that looks like a counted one has a name of its own', async () => {
  const cwd = await recorded()
  const names = async (...ids: readonly string[]) => {
    writeFileSync(join(cwd, 'audit.jsonl'), `${ids.map((id) => refund(id, 1)).join('\n')}\n`)
    expect((await replayed(cwd, '--update')).code).toBe(0)
    expect((await replayed(cwd)).code).toBe(0)
    const lines = readFileSync(join(cwd, 'decisions.jsonl'), 'utf8').trimEnd().split('\n')
    return lines.map((line) => JSON.parse(line).record)
  }
  expect(await names('r1', 'r1', 'r1#2')).toEqual(['r1', 'r1#2', 'r1#2#2'])
  expect(await names('r1#2', 'r1', 'r1', 'r1')).toEqual(['r1#2', 'r1', 'r1#3', 'r1#4'])
  writeFileSync(join(cwd, 'decisions.jsonl'), '{"record":"a","request":"x","decision":"y"}\n'.repeat(2))
  const { code, stderr } = await replayed(cwd)
  expect([code, stderr]).toEqual([2, expect.stringContaining('`decisions.jsonl:2`: an earlier line has the record `a` too')])
})

test('--allow-changes also applies to a snapshot, but not to --strict', async () => {
  const cwd = await recorded()
  writeFileSync(join(cwd, 'policy.iap'), policy(400, 'when caller.department != ""'))
  expect((await replayed(cwd, '--allow-changes')).code).toBe(0)
  expect((await replayed(cwd, '--allow-changes', '--strict')).code).toBe(1)
})

test('--update replaces no file that the command reads', async () => {
  const cwd = await recorded()
  symlinkSync('audit.jsonl', join(cwd, 'link'))
  writeFileSync(join(cwd, 'key'), 'secret')
  for (const [file, by, more] of [
    ['./audit.jsonl', 'an operand', []],
    ['link', 'an operand', []],
    ['key', '`--hash-key`', ['--hash-key', 'key']],
    ['key', '`--data`', ['--data', 'plans=key']],
  ] as const) {
    const words = ['replay', 'audit.jsonl', '--against', 'policy.iap', '--update', '--snapshot', file, ...more]
    const { code, stderr } = await inside(words, { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining(`\`--snapshot\` names \`${file}\`, as does ${by}`)])
  }
  expect(readFileSync(join(cwd, 'audit.jsonl'), 'utf8')).toBe(`${LOG.join('\n')}\n`)
})

test('a snapshot that is not there or cannot be read is told with its place', async () => {
  const cwd = folderOf({ 'policy.iap': policy(500), 'audit.jsonl': `${LOG[0]}\n` })
  const none = await replayed(cwd)
  expect(none.code).toBe(2)
  expect(none.stderr).toContain('`decisions.jsonl`')
  expect(none.stderr).toContain('write it with `--update`')
  writeFileSync(join(cwd, 'decisions.jsonl'), '{"record":"a","request":"x","decision":"y"}\n{"record":1}\n')
  const wrong = await replayed(cwd)
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('`decisions.jsonl:2`: expected an object with `record`, `request` and `decision`')
  const alone = await inside(['replay', 'audit.jsonl', '--against', 'policy.iap', '--update'], { cwd })
  expect(alone.code).toBe(2)
  expect(alone.stderr).toContain('`--update` needs `--snapshot FILE`')
})
