/** What a client does to the connection: begins, ends, dies, cancels, and sends what is no message. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CancellationTokenSource, ErrorCodes, type RegistrationParams, ResponseError } from 'vscode-languageserver-protocol'
import { generatePolicy } from '../../bench/check/generate-policy.ts'
import { FOLDER } from './cases/run-cases.ts'
import { expectCleanShutdown, type StartedServer, startServer } from './start-server.ts'

const started: StartedServer[] = []

async function start(more = {}): Promise<StartedServer> {
  const server = startServer()
  started.push(server)
  await server.client.start([FOLDER], more)
  return server
}

afterEach(() => {
  for (const { process } of started.splice(0)) process.kill('SIGKILL')
})

const uri = `${FOLDER}/own.iap`
const textDocument = { uri }
const position = { line: 0, character: 6 }

describe('the process ends', () => {
  it('with 0 after shutdown and exit', async () => {
    await expectCleanShutdown(await start())
  })

  it('with 1 after an exit without shutdown', async () => {
    const { client, exited } = await start()
    await client.connection.sendNotification('exit')
    expect(await exited).toBe(1)
  })

  it('with 1 if the client closes the connection', async () => {
    const { client, process, exited } = await start()
    client.open(uri, 'label a')
    process.stdin.end()
    expect(await exited).toBe(1)
  })

  it('with 0 if it does after shutdown', async () => {
    const { client, process, exited } = await start()
    await client.connection.sendRequest('shutdown')
    process.stdin.end()
    expect(await exited).toBe(0)
  })

  it('before anything was sent', async () => {
    const server = startServer()
    started.push(server)
    server.process.stdin.end()
    expect(await server.exited).toBe(1)
  })

  it('if the process that the client named is gone', async () => {
    const editor = spawn(process.execPath, ['--eval', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    const { exited } = await start({ processId: editor.pid })
    const gone = once(editor, 'exit')
    editor.kill()
    await gone
    expect(await exited).toBe(1)
  })

  it('if nobody reads what it writes', async () => {
    const { client, process, exited } = await start()
    process.stdout.destroy()
    for (let at = 0; at < 20; at += 1) client.open(`${FOLDER}/${at}.iap`, 'label')
    process.stdin.end()
    expect(await exited).not.toBe(0)
  })
})

/** One server for what must not end it. */
describe('the process goes on', () => {
  let server: StartedServer
  beforeAll(async () => {
    server = startServer()
    await server.client.start([FOLDER])
  })
  afterAll(async () => {
    await server.client.stop()
    expect([await server.exited, server.errors()]).toEqual([0, ''])
  })

  const codeOf = (method: string, params?: unknown): Promise<number> =>
    server.client.connection.sendRequest(method, params).then(
      () => 0,
      (error: { code: number }) => error.code,
    )

  it('after an unknown method, which is refused', async () => {
    expect(await codeOf('textDocument/dance', { textDocument })).toBe(-32601)
  })

  it.each([
    ['no parameters', undefined],
    ['null', null],
    ['a list', []],
    ['no document', { position }],
    ['a number for a document', { textDocument: { uri: 1 }, position }],
    ['no position', { textDocument }],
    ['a text for a position', { textDocument, position: 'here' }],
  ])('after a request with %s', async (_, params) => {
    server.client.open(uri, 'label a')
    await server.client.connection.sendRequest('textDocument/hover', params).catch(() => {})
    expect(await server.client.ask('textDocument/hover', { textDocument, position })).not.toBeNull()
  })

  it.each([
    { line: -1, character: 0 },
    { line: 0, character: -1 },
    { line: 9e15, character: 9e15 },
    { line: 0.5, character: 0.5 },
  ])('after a place outside of the text, which has an answer: %j', async (position) => {
    server.client.open(uri, 'label a')
    expect(await codeOf('textDocument/hover', { textDocument, position })).toBe(0)
  })

  it('after a request is cancelled before it was begun', async () => {
    const { client } = server
    for (const [name, text] of generatePolicy(1_000, false)) client.open(`${FOLDER}/${name}`, text)
    const params = { textDocument: { uri: `${FOLDER}/t000.iap` }, position }
    const first = client.ask('textDocument/hover', params)
    const source = new CancellationTokenSource()
    const cancelled = client.connection.sendRequest('textDocument/references', { ...params, context: {} }, source.token)
    source.cancel()
    await first
    expect(await cancelled.catch((error: { code: number }) => error.code)).toBe(-32800)
    for (const name of generatePolicy(1_000, false).keys()) client.close(`${FOLDER}/${name}`)
  })

  it.each([
    ['textDocument/didOpen', {}],
    ['textDocument/didOpen', { textDocument: { uri: 'no uri', languageId: 'iap', version: 1, text: 'label b' } }],
    ['textDocument/didOpen', { textDocument: { uri: 'untitled:Untitled-1', languageId: 'iap', version: 1, text: 'label b' } }],
    ['textDocument/didOpen', { textDocument: { uri: 'file:///%', languageId: 'iap', version: 1, text: 'label b' } }],
    ['textDocument/didOpen', { textDocument: { uri: 'file:///a%00b/a.iap', languageId: 'iap', version: 1, text: 'label b' } }],
    ['textDocument/didChange', { textDocument: { uri: 'file:///none.iap', version: 2 }, contentChanges: [{ text: '' }] }],
    ['textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ range: null, text: 1 }] }],
    ['textDocument/didClose', { textDocument: { uri: 'file:///none.iap' } }],
    ['workspace/didChangeWatchedFiles', { changes: [{ uri: '%', type: 9 }] }],
    ['workspace/didChangeWorkspaceFolders', { event: { added: [], removed: [{ uri: 'file:///none', name: '' }] } }],
    ['$/whatever', { a: 1 }],
    ['iap/unknown', null],
  ])('after %s %j', async (method, params) => {
    const { client, process } = server
    client.open(uri, 'label a')
    await client.connection.sendNotification(method, params)
    client.change(uri, 'label c')
    const found = await client.ask<{ name: string }[]>('textDocument/documentSymbol', { textDocument })
    expect(found.map(({ name }) => name)).toEqual(['c'])
    await client.diagnosticsOf(uri)
    expect(process.exitCode).toBeNull()
  })
})

it('the process goes on if the client refuses to notify of changes', async () => {
  const server = startServer()
  started.push(server)
  const { client } = server
  const asked: string[] = []
  const all = new Promise<void>((resolve) => {
    client.connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
      asked.push(...registrations.map(({ method }) => method))
      if (asked.length === 2) resolve()
      return new ResponseError(ErrorCodes.MethodNotFound, 'not here')
    })
  })
  const dynamicRegistration = { dynamicRegistration: true }
  await client.start([FOLDER], {
    capabilities: { workspace: { didChangeConfiguration: dynamicRegistration, didChangeWatchedFiles: dynamicRegistration } },
  })
  await all
  client.open(uri, 'label a')
  expect(await client.ask('textDocument/hover', { textDocument, position })).not.toBeNull()
  await expectCleanShutdown(server)
})

describe('the process ends with a reason for what is no message', () => {
  it.each([
    ['no header', 'hello\r\n\r\n'],
    ['no length', 'Content-Type: a\r\n\r\n{}'],
    ['a length that is no number', 'Content-Length: x\r\n\r\n{}'],
    ['a negative length', 'Content-Length: -5\r\n\r\n{}'],
    ['no JSON', 'Content-Length: 5\r\n\r\nhello'],
  ])('%s', async (_, bytes) => {
    const { process, exited, errors } = await start()
    process.stdin.write(bytes)
    expect(await exited).toBe(1)
    expect(errors()).toMatch(/^iap lsp: .+/)
  })
})
