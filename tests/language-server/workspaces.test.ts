/** Folders, projects and files on disk, and documents that are not there. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it, onTestFailed } from 'vitest'
import { expectCleanShutdown, type StartedServer, startServer } from './start-server.ts'

let folder: string
let server: StartedServer

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap lsp %-'))
  server = startServer()
})
afterEach(async () => {
  await expectCleanShutdown(server)
  rmSync(folder, { recursive: true })
})

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return uriOf(name)
}

const uriOf = (name: string) => pathToFileURL(join(folder, name)).href
const start = (...names: string[]) => server.client.start(names.map(uriOf))

/** Resolves once the errors of all documents are these: `NAME: CODE …`. */
async function expectErrors(...wanted: readonly string[]): Promise<void> {
  const { client } = server
  const found = () =>
    [...client.diagnostics]
      .flatMap(([uri, all]) => {
        const codes = all.filter(({ severity }) => severity === 1).map(({ code }) => code)
        const name = decodeURIComponent(uri).split('/').slice(-2).join('/')
        return codes.length === 0 ? [] : [`${name}: ${codes.join(' ')}`]
      })
      .sort()
  onTestFailed(() => console.log('wanted', wanted, 'found', found()))
  await client.until(() => JSON.stringify(found()) === JSON.stringify(wanted))
}

const name = (text: string) => text.split('/').slice(-2).join('/')

it('errors of files that nobody opened are reported, and a change on disk is seen', async () => {
  const [one, two] = [write('p/one.iap', 'label a'), write('p/two.iap', 'permit p on label b to anyone')]
  await start('p')
  server.client.open(one, 'label a')
  await expectErrors('p/two.iap: IAP2001')
  write('p/two.iap', 'label b')
  server.client.filesChanged(two)
  await expectErrors()
  write('p/two.iap', 'label')
  server.client.filesChanged(two)
  await expectErrors('p/two.iap: IAP1001')
  rmSync(join(folder, 'p/two.iap'))
  server.client.filesChanged(two)
  await expectErrors()
})

it('policies that are gone without a notification or too large are left out, and the log says so once', async () => {
  const one = write('p/one.iap', 'label a')
  write('p/gone.iap', 'permit p on label a to anyone')
  truncateSync(fileURLToPath(write('p/large.iap', '')), 50_000_001)
  await start('p')
  server.client.open(one, 'label a')
  await server.client.diagnosticsOf(one)
  rmSync(join(folder, 'p/gone.iap'))
  for (const text of ['label', 'label a label a']) {
    server.client.change(one, text)
    await server.client.diagnosticsOf(one)
  }
  await expectErrors('p/one.iap: IAP2002')
  const largePath = join(folder, 'p/large.iap')
  expect(server.client.warnings).toEqual([
    `${largePath}: not read, as it is larger than 50 MB`,
    `${largePath}: left out of the check, as it is gone or cannot be read`,
    `${join(folder, 'p/gone.iap')}: left out of the check, as it is gone or cannot be read`,
  ])
})

it('the text of an open document counts, and once it is closed that on disk', async () => {
  const one = write('p/one.iap', 'label a')
  await start('p')
  server.client.open(one, 'label')
  await expectErrors('p/one.iap: IAP1001')
  server.client.close(one)
  await expectErrors()
})

it('a document that was never saved is part of its project until it is closed', async () => {
  write('p/one.iap', 'import { b } from "./new.iap"\npermit p on label b to anyone')
  await start('p')
  server.client.open(uriOf('p/new.iap'), 'label b')
  await expectErrors('p/one.iap: IAP4002')
  server.client.close(uriOf('p/new.iap'))
  server.client.open(uriOf('p/other.iap'), '')
  await expectErrors('p/one.iap: IAP2005')
})

it('projects in one folder know nothing of each other', async () => {
  write('w/a/iap.json', '{ "language": 1 }')
  write('w/b/iap.json', '{ "language": 1 }')
  const [one, two] = [write('w/a/one.iap', 'label a'), write('w/b/one.iap', 'label a')]
  await start('w')
  server.client.open(one, 'label a')
  server.client.open(two, 'label a label a')
  await expectErrors('b/one.iap: IAP2002')
  const symbols = await server.client.ask<{ location: { uri: string } }[]>('workspace/symbol', { query: 'a' })
  expect(symbols.map(({ location: { uri } }) => name(decodeURIComponent(uri)))).toEqual(['a/one.iap', 'b/one.iap', 'b/one.iap'])
})

it('two folders are two projects, and one that is removed is forgotten', async () => {
  const [one, two] = [write('a/one.iap', 'label a label a'), write('b/two.iap', 'label b label b')]
  await server.client.start([uriOf('a'), uriOf('b')], { capabilities: { workspace: { workspaceFolders: true } } })
  server.client.open(one, 'label a label a')
  server.client.open(two, 'label b label b')
  await expectErrors('a/one.iap: IAP2002', 'b/two.iap: IAP2002')
  server.client.close(two)
  await server.client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
    event: { added: [], removed: [{ uri: uriOf('b'), name: 'b' }] },
  })
  await expectErrors('a/one.iap: IAP2002')
})

it('a document outside of all folders is a project with its neighbors', async () => {
  const lone = write('elsewhere/lone.iap', 'import { a } from "./other.iap"\npermit p on label a to anyone')
  write('elsewhere/other.iap', 'label a')
  await start('p')
  server.client.open(lone, 'import { a } from "./other.iap"\npermit p on label a to anyone')
  await expectErrors('elsewhere/lone.iap: IAP4002')
})

it('a client without folders has projects, too', async () => {
  const one = write('p/one.iap', 'label a label a')
  await server.client.start([], { workspaceFolders: null })
  server.client.open(one, 'label a label a')
  await expectErrors('p/one.iap: IAP2002')
})

it('a document of another scheme is a project of its own', async () => {
  await start('p')
  server.client.open('untitled:Untitled-1.iap', 'label a label a')
  const found = await server.client.diagnosticsOf('untitled:Untitled-1.iap')
  expect(found.map(({ code }) => code)).toEqual(['IAP2002'])
})

it.each([
  ['file:///c%3A/shop/own.iap', 'file:///c%3A/shop/shared.iap'],
  ['file:///C:/shop/own.iap', 'file:///C:/shop/shared.iap'],
  ['file:///one%20two/%C3%A9%3A/own.iap', 'file:///one%20two/%C3%A9%3A/shared.iap'],
  ['file://server/share/own.iap', 'file://server/share/shared.iap'],
])('names in documents are found as the client writes URIs: %s', async (own, shared) => {
  await start('p')
  server.client.open(shared, 'label a')
  server.client.open(own, 'import { a } from "./shared.iap"\npermit p on label a to anyone')
  const found = await server.client.ask<{ uri: string }[]>('textDocument/definition', {
    textDocument: { uri: own },
    position: { line: 1, character: 18 },
  })
  expect(found.map(({ uri }) => uri)).toEqual([shared])
})

it('a byte order mark on disk is no column', async () => {
  const own = write('p/own.iap', 'permit p on label a to anyone\n')
  write('p/shared.iap', '\uFEFFlabel a')
  await start('p')
  server.client.open(own, 'import { a } from "./shared.iap"\npermit p on label a to anyone\n')
  const found = await server.client.ask<{ range: { start: object } }[]>('textDocument/definition', {
    textDocument: { uri: own },
    position: { line: 1, character: 18 },
  })
  expect(found.map(({ range }) => range.start)).toEqual([{ line: 0, character: 6 }])
})

it('a document of JSON that a policy names is read from disk, or as it is open', async () => {
  const schema = write('p/a.json', '{ "type": "object", "properties": { "x": { "type": "integer" } }, "required": ["x"] }')
  const text = `identity staff via jwt { sub: string }
service s at "h.test" { route a POST "/a" body schema "./a.json" }
permit p on s.a to staff when body.x == 1
`
  const own = write('p/own.iap', text)
  await start('p')
  server.client.open(own, text)
  await server.client.diagnosticsOf(own)
  await expectErrors()
  server.client.open(schema, '{ "type": "object" }')
  await expectErrors('p/own.iap: IAP3018')
})
