// A language server for the run until `language-server/` is part of the extension: as little as shows that each answer reaches the screen.
const texts = new Map()
const at = (line, start, end) => ({ start: { line, character: start }, end: { line, character: end } })
const send = (message) => postMessage({ jsonrpc: '2.0', ...message })
const isLower = (name) => name === name.toLowerCase()

const capabilities = {
  textDocumentSync: 1,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.'] },
  executeCommandProvider: { commands: ['iap.runTest', 'iap.emittedJavaScript', 'iap.matrix', 'iap.decide'] },
}

/** Tests of a text, by their lines. */
function testsOf(uri) {
  const lines = (texts.get(uri) ?? '').split('\n')
  return lines.flatMap((line, number) => {
    const name = /^test "([^"]+)"/.exec(line)?.[1]
    return name === undefined ? [] : [{ uri, name, range: at(number, 0, line.length), cases: [] }]
  })
}

function execute(command, [argument]) {
  if (command === 'iap.emittedJavaScript') return { text: 'export const emitted = true\n' }
  if (command === 'iap.matrix') return fetchPage()
  if (command === 'iap.decide') return { text: `✗ unauthenticated  on orders.read\n  ${argument.request}\n` }
  const { name, range } = testsOf(argument.uri).find((test) => test.name === argument.name)
  const isPassed = isLower(name)
  return [{ name, range, verdict: isPassed ? 'passed' : 'failed', message: isPassed ? null : 'expected permit, got deny' }]
}

const fetchPage = async () => ({ html: await (await fetch(new URL('/matrix.html', self.location.origin))).text() })

const handlers = {
  initialize: () => ({ capabilities }),
  shutdown: () => null,
  'iap/tests': ({ uri }) => (uri === undefined ? [...texts.keys()] : [uri]).flatMap(testsOf),
  'textDocument/hover': () => ({ contents: { kind: 'markdown', value: '**role** `manager` of `staff`' } }),
  'textDocument/completion': () => [{ label: 'orders.refund', kind: 2, detail: 'route' }],
  'workspace/executeCommand': ({ command, arguments: words }) => execute(command, words),
}

const changed = (uri, text) => {
  texts.set(uri, text)
  const diagnostics = text.split('\n').flatMap((line, number) => {
    const start = line.indexOf('undeclared')
    const message = '`undeclared` is not declared'
    return start < 0 ? [] : [{ range: at(number, start, start + 10), severity: 1, code: 'IAP2001', source: 'iap', message }]
  })
  send({ method: 'textDocument/publishDiagnostics', params: { uri, diagnostics } })
}

self.onmessage = async ({ data: { id, method, params } }) => {
  if (method === 'textDocument/didOpen') changed(params.textDocument.uri, params.textDocument.text)
  if (method === 'textDocument/didChange') changed(params.textDocument.uri, params.contentChanges[0].text)
  if (method === 'iap/files') for (const { uri, text } of params.files) if (!texts.has(uri)) texts.set(uri, text ?? '')
  if (id !== undefined && method !== undefined) send({ id, result: (await handlers[method]?.(params)) ?? null })
}
