/** What a client starts in the server (tests, proofs, the matrix), and what it shows beside the text, over standard input and output. */
import { EventEmitter, once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type CodeLens,
  type InlayHint,
  type SemanticTokens,
  type SemanticTokensDelta,
} from 'vscode-languageserver-protocol'
import { expectCleanShutdown, type StartedServer, startServer } from './start-server.ts'

const FOLDER = 'file:///nowhere'
const URI = `${FOLDER}/shop.iap`
const POLICY = `identity staff via jwt { sub: string, groups: set<string> }
role admin of staff when caller.groups.exists(one, one == "admins")
label internal
service shop at "shop.example" is internal { route list GET "/list" }
permit lists on shop.list to admin
invariant admins on shop.list permitted only when caller is admin
test "lists" { as staff { sub: "a", groups: ["admins"] } GET "https://shop.example/list" expect permit by lists }
test "rows" {
  as staff { sub: "a", groups: $groups } GET "https://shop.example/list" expect deny
  cases { "none": { groups: [] }, "wrong": { groups: ["admins"] } }
}
`
const textDocument = { uri: URI }
const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }

let server: StartedServer
beforeEach(() => {
  server = startServer()
})
afterEach(() => expectCleanShutdown(server))

async function start(text = POLICY, capabilities: ClientCapabilities = {}): Promise<void> {
  await server.client.start([FOLDER], { capabilities })
  server.client.open(URI, text)
}

const run = (command: string, argument: object = {}) =>
  server.client.ask('workspace/executeCommand', { command, arguments: [{ uri: URI, ...argument }] })

async function titles(): Promise<string[]> {
  const lenses = await server.client.ask<CodeLens[]>('textDocument/codeLens', { textDocument })
  const resolved = lenses.map((lens) => server.client.ask<CodeLens>('codeLens/resolve', lens))
  return (await Promise.all(resolved)).map(({ range, command }) => `${range.start.line + 1}: ${command?.title}`)
}

it('tests run, and lenses show the results until an edit', async () => {
  await start()
  expect(await titles()).toEqual([...['7: run all tests', '7: measure coverage', '4: 1 rule', '6: prove', '7: run', '8: run']])
  expect(await run('iap.runTests')).toMatchObject([
    { name: 'lists', passed: true },
    { name: 'rows / none', passed: true },
    { name: 'rows / wrong', passed: false, message: expect.stringMatching(/^expected deny, got permit by lists\n\n✓ permit/) },
  ])
  expect(await run('iap.runTest', { name: 'rows / none' })).toMatchObject([{ verdict: 'passed', range: { start: { line: 8 } } }])
  expect(await run('iap.proveInvariant', { name: 'admins' })).toMatchObject({ verdict: 'holds' })
  expect(await run('iap.access', { name: 'shop.list' })).toEqual({
    text: '2 of 3 kinds of callers may: staff (if), staff: admin',
  })
  expect(await run('iap.coverage')).toMatchObject({ percent: 100, gaps: [] })
  const results = [
    '4: 1 rule · 2 of 3 kinds of callers may: staff (if), staff: admin',
    '5: covered by 2 tests',
    '6: prove · holds for every request',
    '7: run · passed',
    '8: run · 1 of 2 not passed: rows / wrong: failed: expected deny, got permit by lists',
  ]
  expect((await titles()).slice(2)).toEqual(results)
  server.client.change(URI, `${POLICY}// more\n`)
  expect((await titles()).slice(2)[3]).toBe('7: run · before the last edit: passed')
})

it('the matrix, a decision and the emitted code can be read', async () => {
  await start()
  expect(await run('iap.matrix')).toMatchObject({ html: expect.stringContaining('Who can do what') })
  expect(await run('iap.decide', { request: '{"method":"GET","url":"https://shop.example/list"}' })).toMatchObject({
    text: expect.stringContaining('unauthenticated'),
  })
  expect(await run('iap.emittedJavaScript')).toEqual({ text: expect.stringContaining('decide$shop$list') })
})

it('what cannot be run is refused, and the server goes on', async () => {
  await start()
  const failed = (reason: string) => ({ code: -32803, message: expect.stringContaining(reason) })
  await expect(run('iap.nothing')).rejects.toMatchObject(failed('no command'))
  await expect(run('iap.runTest', { name: 'none' })).rejects.toMatchObject(failed('has no test `none`'))
  await expect(server.client.ask('workspace/executeCommand', { command: 'iap.runTests' })).rejects.toMatchObject(failed('uri'))
  server.client.change(URI, `${POLICY}permit`)
  await expect(run('iap.runTests')).rejects.toMatchObject(failed('the policy has errors: shop.iap:12: '))
  server.client.change(URI, POLICY)
  expect(await run('iap.runTest', { name: 'lists' })).toMatchObject([{ passed: true }])
})

it('a run can be cancelled while it waits, and while it runs', async () => {
  await start()
  const { connection } = server.client
  const begin = (token: CancellationTokenSource) =>
    connection.sendRequest('workspace/executeCommand', { command: 'iap.runTests', arguments: [{ uri: URI }] }, token.token)
  const rows = Array.from({ length: 4_000 }, (_, at) => `"${at}": { groups: ["${at}"] }`).join(', ')
  server.client.change(URI, POLICY.replace('"none": { groups: [] }', rows))
  const [running, waiting] = [new CancellationTokenSource(), new CancellationTokenSource()]
  const answers = [begin(running), begin(waiting)]
  for (const token of [waiting, running]) token.cancel()
  for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: -32800 })
})

it('the client of a request with a token is shown the progress', async () => {
  await start()
  const shown: unknown[] = []
  server.client.connection.onNotification('$/progress', ({ token, value }: { token: string; value: { kind: string } }) =>
    shown.push([token, value.kind]),
  )
  await server.client.ask('workspace/executeCommand', {
    ...{ command: 'iap.matrix', arguments: [{ uri: URI }], workDoneToken: 'mine' },
  })
  expect(shown.at(0)).toEqual(['mine', 'begin'])
  expect(shown.at(-1)).toEqual(['mine', 'end'])
  // A command without a title, and names that every object has.
  shown.splice(0)
  for (const command of ['iap.decide', 'constructor', '__proto__'])
    await server.client.ask('workspace/executeCommand', { command, workDoneToken: 'mine' }).catch(() => {})
  expect(shown).toEqual([])
})

it('tests are listed, with parameters and without', async () => {
  await start()
  const found = [
    { uri: URI, name: 'lists', cases: [] },
    { uri: URI, name: 'rows', cases: [{ name: 'none' }, { name: 'wrong' }] },
  ]
  expect(await server.client.ask('iap/tests', { uri: URI })).toMatchObject(found)
  expect(await server.client.connection.sendRequest('iap/tests')).toMatchObject(found)
  expect(await server.client.ask('iap/tests', { uri: 7 })).toMatchObject(found)
  expect(await server.client.ask('iap/tests', { uri: `${FOLDER}/none.iap` })).toEqual([])
})

it('semantic tokens are sent whole, for a range, and as the difference', async () => {
  await start()
  const { data, resultId } = await server.client.ask<SemanticTokens>('textDocument/semanticTokens/full', { textDocument })
  expect(data.length % 5).toBe(0)
  expect(data.slice(0, 10)).toEqual([...[0, 0, 8, 13, 0], ...[0, 9, 5, 1, 1]])
  const range = { start: EVERYWHERE.start, end: { line: 0, character: 14 } }
  expect(await server.client.ask('textDocument/semanticTokens/range', { textDocument, range })).toEqual({
    data: data.slice(0, 10),
  })
  server.client.change(URI, `label x\n${POLICY}`)
  const { edits } = await server.client.ask<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', {
    ...{ textDocument, previousResultId: resultId },
  })
  const edited = [...data]
  for (const edit of [...edits].reverse()) edited.splice(edit.start, edit.deleteCount, ...(edit.data ?? []))
  const whole = await server.client.ask<SemanticTokens>('textDocument/semanticTokens/full', { textDocument })
  expect(edited).toEqual(whole.data)
})

it('inlay hints follow the configuration of the client', async () => {
  let settings: object = { roleIdentities: true }
  server.client.connection.onRequest('workspace/configuration', () => [settings])
  const refreshes = new EventEmitter()
  const refreshed = () => once(refreshes, 'refresh')
  server.client.connection.onRequest('workspace/inlayHint/refresh', () => {
    refreshes.emit('refresh')
    return null
  })
  const first = refreshed()
  await start(POLICY, { workspace: { configuration: true, inlayHint: { refreshSupport: true } } })
  const hints = async () => {
    const found = await server.client.ask<InlayHint[]>('textDocument/inlayHint', { textDocument, range: EVERYWHERE })
    return found.map(({ label }) => label)
  }
  await first
  expect(await hints()).toEqual([': string', ' is internal', ' of staff'])
  settings = { variableTypes: false, serviceLabels: 'no' }
  const second = refreshed()
  await server.client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
  await second
  expect(await hints()).toEqual([' is internal'])
})

it('the type of a claim is found', async () => {
  const text = `type Money = { amount: int }\nidentity staff via jwt { balance: Money }`
  await start(text)
  const position = { line: 1, character: 27 }
  expect(await server.client.ask('textDocument/typeDefinition', { textDocument, position })).toEqual([
    { uri: URI, range: { start: { line: 0, character: 5 }, end: { line: 0, character: 10 } } },
  ])
})
