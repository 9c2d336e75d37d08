/** The language server as a web worker in Chromium: how it starts, and the files that a client sends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  CompletionItem,
  Diagnostic,
  Hover,
  InitializeResult,
  Location,
  PublishDiagnosticsParams,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol'
import { hasChromium } from '../support/chromium.ts'
import { type StartedWorker, startWorker } from './start-worker.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const SHARED = '/// Those who work here.\nidentity staff via jwt { sub: string, team: string }\n'
const OWN = `import { staff } from "./shared.iap"
service shop at "shop.example" { route read GET "/{id}" }
permit a on shop.read to staff when caller.team == params.id
`
const CONFIG = 'listeners: [{ address: 127.0.0.1:8080 }]\nidentities:\n  staff:\n    trustDomain: shop.example\n'
const uri = (name: string) => `file:///shop/${name}`

describe.skipIf(!installed).each(['classic', 'module'] as const)('a %s worker in Chromium', (type) => {
  let worker: StartedWorker
  let started: InitializeResult
  const diagnostics = new Map<string, readonly Diagnostic[]>()
  const waiting = new Set<() => void>()

  /** Resolves once the latest diagnostics of a document fit. */
  const until = (name: string, fits: (found: readonly Diagnostic[]) => boolean) =>
    new Promise<readonly Diagnostic[]>((resolve) => {
      const look = () => {
        const found = diagnostics.get(uri(name))
        if (found === undefined || !fits(found)) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  const ask = <T>(method: string, name: string, text: string, at: string, more = {}) => {
    const before = text.slice(0, text.indexOf(at)).split('\n')
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    return worker.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri: uri(name) }, position, ...more })
  }
  const open = (name: string, text: string) =>
    worker.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uri(name), languageId: 'iap', version: 1, text },
    })

  beforeAll(async () => {
    worker = await startWorker(type)
    const { connection } = worker
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      diagnostics.set(params.uri, params.diagnostics)
      for (const look of [...waiting]) look()
    })
    connection.onRequest('client/registerCapability', () => null)
    connection.listen()
    started = await connection.sendRequest('initialize', {
      ...{ processId: null, rootUri: null, capabilities: {} },
      workspaceFolders: [{ uri: 'file:///shop', name: 'shop' }],
    })
    await connection.sendNotification('initialized', {})
    const files = Object.entries({ 'shared.iap': SHARED, 'iap.yaml': CONFIG, 'old.iap': 'label' })
    await connection.sendNotification('iap/files', { files: files.map(([name, text]) => ({ uri: uri(name), text })) })
    await open('own.iap', OWN)
  })
  afterAll(() => worker.stop())

  test('begins, and says what it can', () => {
    expect(started.serverInfo?.name).toBe('iap')
    expect(started.capabilities).toMatchObject({ hoverProvider: true, renameProvider: { prepareProvider: true } })
  })

  test('publishes diagnostics of files that were sent, and of half-typed text', async () => {
    expect((await until('old.iap', (found) => found.length > 0))[0]?.code).toBe('IAP1001')
    await worker.connection.sendNotification('iap/files', { files: [{ uri: uri('old.iap'), text: null }] })
    await until('old.iap', (found) => found.length === 0)
    expect(diagnostics.get(uri('own.iap')) ?? []).toEqual([])
    await open('half.iap', 'permit x on shop.* to staff when caller.')
    expect((await until('half.iap', (found) => found.length > 0)).map(({ code }) => code)).toContain('IAP1001')
    await worker.connection.sendNotification('textDocument/didClose', { textDocument: { uri: uri('half.iap') } })
    await until('half.iap', (found) => found.length === 0)
  })

  test('hover', async () => {
    const hover = await ask<Hover>('hover', 'own.iap', OWN, 'staff when')
    expect(JSON.stringify(hover.contents)).toContain('Those who work here.')
  })

  test('definition and references across files and the configuration', async () => {
    const [definition] = await ask<Location[]>('definition', 'own.iap', OWN, 'staff when')
    expect(definition).toMatchObject({ uri: uri('shared.iap'), range: { start: { line: 1, character: 9 } } })
    const context = { includeDeclaration: true }
    const references = await ask<Location[]>('references', 'own.iap', OWN, 'staff when', { context })
    expect(references.map((one) => one.uri).sort()).toEqual(['iap.yaml', 'own.iap', 'own.iap', 'shared.iap'].map(uri))
  })

  test('rename across files and the configuration', async () => {
    const edit = await ask<WorkspaceEdit>('rename', 'own.iap', OWN, 'staff when', { newName: 'people' })
    expect(Object.keys(edit.changes ?? {}).sort()).toEqual(['iap.yaml', 'own.iap', 'shared.iap'].map(uri))
    await expect(ask('rename', 'own.iap', OWN, 'staff when', { newName: '1' })).rejects.toThrow('is not a name')
  })

  test('completion and diagnostics in `iap.yaml`', async () => {
    const text = `${CONFIG}ser`
    await worker.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uri('iap.yaml'), languageId: 'yaml', version: 1, text },
    })
    const has = (found: readonly Diagnostic[], what: string) => found.some(({ message }) => message.includes(what))
    const found = await until('iap.yaml', (now) => has(now, 'this is not YAML'))
    expect(has(found, 'the service `shop`, which is not configured')).toBe(true)
    const items = await ask<CompletionItem[]>('completion', 'iap.yaml', text, 'ser')
    expect(items.map(({ label }) => label)).toContain('services')
  })

  test('notifications of another form change nothing', async () => {
    for (const params of [
      null,
      [],
      {},
      { files: 1 },
      { files: [null, 1, { uri: 1 }, { uri: 'x:' }, { uri: uri('a.iap'), text: 1 }] },
    ])
      await worker.connection.sendNotification('iap/files', params as object)
    expect(await ask<Hover>('hover', 'own.iap', OWN, 'staff when')).not.toBeNull()
  })

  test('shuts down, without a word on the console', async () => {
    await worker.connection.sendRequest('shutdown')
    expect(worker.problems).toEqual([])
  })
})
