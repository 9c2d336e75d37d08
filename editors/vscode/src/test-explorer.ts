import {
  type CancellationToken,
  CancellationTokenSource,
  type Disposable,
  Location,
  type TestItem,
  type TestItemCollection,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  TestRunRequest,
  type TextDocument,
  tests,
  Uri,
  workspace,
} from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { type CommandArgument, caseName, type DeclaredTest, execute, type TestResult, testsRequest } from './protocol.ts'

/** Milliseconds after an edit until the tests of a file are listed anew. */
const DEBOUNCE = 400

/** The `test` blocks of policies in VS Code's Test Explorer: files, their tests, and the cases of each. */
export class TestExplorer implements Disposable {
  readonly #controller = tests.createTestController('iap', 'iap policies')
  readonly #client: () => BaseLanguageClient
  readonly #log: (message: string) => void
  readonly #pending = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #disposables: Disposable[]

  /** @param client returns the client of the running server, or throws */
  constructor(client: () => BaseLanguageClient, log: (message: string) => void) {
    this.#client = client
    this.#log = log
    this.#controller.refreshHandler = () => this.refresh()
    this.#controller.createRunProfile('Run', TestRunProfileKind.Run, (request, token) => this.#run(request, token), true)
    const files = workspace.createFileSystemWatcher('**/*.iap')
    const later = (uri: Uri) => this.#refreshLater(uri)
    this.#disposables = [
      this.#controller,
      files,
      files.onDidCreate(later),
      files.onDidChange(later),
      files.onDidDelete((uri) => this.#controller.items.delete(uri.toString())),
      workspace.onDidOpenTextDocument((document) => isPolicy(document) && later(document.uri)),
      workspace.onDidChangeTextDocument(({ document }) => isPolicy(document) && later(document.uri)),
    ]
  }

  /** Lists the tests of a file anew, or of all files. Keeps what it has if the server does not answer. */
  async refresh(uri?: Uri): Promise<void> {
    try {
      const found = await this.#client().sendRequest(testsRequest, uri === undefined ? {} : { uri: uri.toString() })
      const byFile = Map.groupBy(found, (test) => Uri.parse(test.uri).toString())
      const { items } = this.#controller
      if (uri === undefined) items.replace([])
      else if (!byFile.has(uri.toString())) items.delete(uri.toString())
      for (const [file, declared] of byFile) items.add(this.#fileItem(Uri.parse(file), declared))
    } catch (error) {
      this.#log(`cannot list tests: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** Runs a test, or all tests of a file, as if it had been selected. @throws Error if there is none */
  async runTests({ uri, name }: CommandArgument): Promise<void> {
    const file = Uri.parse(uri)
    await this.refresh(file)
    const item = this.#controller.items.get(file.toString())
    const wanted = name === undefined ? item : item?.children.get(name)
    if (wanted === undefined) throw new Error(`there is no such test in ${workspace.asRelativePath(file)}`)
    const source = new CancellationTokenSource()
    await this.#run(new TestRunRequest([wanted]), source.token).finally(() => source.dispose())
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    for (const each of this.#disposables) each.dispose()
  }

  #refreshLater(uri: Uri): void {
    const key = uri.toString()
    clearTimeout(this.#pending.get(key))
    const start = () => {
      this.#pending.delete(key)
      void this.refresh(uri)
    }
    this.#pending.set(key, setTimeout(start, DEBOUNCE))
  }

  #fileItem(uri: Uri, declared: readonly DeclaredTest[]): TestItem {
    const file = this.#controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri)
    file.children.replace(
      declared.map(({ name, range, cases }) => {
        const test = this.#item(name, name, uri, range)
        test.children.replace(cases.map((row) => this.#item(caseName(name, row.name), row.name, uri, row.range)))
        return test
      }),
    )
    return file
  }

  #item(id: string, label: string, uri: Uri, range: DeclaredTest['range']): TestItem {
    const item = this.#controller.createTestItem(id, label, uri)
    item.range = this.#client().protocol2CodeConverter.asRange(range)
    return item
  }

  async #run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.#controller.createTestRun(request)
    try {
      const excluded = new Set(request.exclude)
      const selected = (request.include ?? listOf(this.#controller.items)).flatMap((item) => testsOf(item, excluded))
      for (const item of selected) for (const leaf of leavesOf(item, excluded)) run.enqueued(leaf)
      for (const item of selected) {
        if (token.isCancellationRequested) break
        await this.#runItem(run, item, leavesOf(item, excluded), token)
      }
    } finally {
      run.end()
    }
  }

  /** Runs a test or a case, and reports its leaves. VS Code derives the result of a test with cases from these. */
  async #runItem(run: TestRun, item: TestItem, leaves: readonly TestItem[], token: CancellationToken): Promise<void> {
    for (const leaf of leaves) run.started(leaf)
    const began = Date.now()
    try {
      const client = this.#client()
      const uri = (item.uri as Uri).toString()
      const results = await execute(client, 'iap.runTest', { uri, name: item.id }, token)
      for (const leaf of leaves) {
        const result = results.find(({ name }) => name === leaf.id)
        report(run, leaf, result, client.protocol2CodeConverter.asRange(result?.range), Date.now() - began)
      }
    } catch (error) {
      const message = new TestMessage(error instanceof Error ? error.message : String(error))
      for (const leaf of leaves) token.isCancellationRequested ? run.skipped(leaf) : run.errored(leaf, message)
    }
  }
}

/** Returns whether a document is a policy on disk, and not a version of one that Git or a comparison shows. */
function isPolicy({ languageId, uri }: TextDocument): boolean {
  return languageId === 'iap' && (uri.scheme === 'file' || workspace.getWorkspaceFolder(uri) !== undefined)
}

/** Returns the tests of a file, and a test or case itself. */
function testsOf(item: TestItem, excluded: ReadonlySet<TestItem>): readonly TestItem[] {
  const items = item.parent === undefined ? listOf(item.children) : [item]
  return excluded.has(item) ? [] : items.filter((each) => !excluded.has(each))
}

/** Returns the cases of a test; the test or case itself if it has none. */
function leavesOf(item: TestItem, excluded: ReadonlySet<TestItem>): readonly TestItem[] {
  return item.children.size === 0 ? [item] : listOf(item.children).filter((each) => !excluded.has(each))
}

function report(
  run: TestRun,
  item: TestItem,
  result: TestResult | undefined,
  place: Location['range'] | undefined,
  ms: number,
): void {
  if (result?.verdict === 'passed') return void run.passed(item, ms)
  const message = new TestMessage(result === undefined ? 'the language server returned no result' : (result.message ?? ''))
  const range = place ?? item.range
  if (item.uri !== undefined && range !== undefined) message.location = new Location(item.uri, range)
  if (result?.verdict === 'failed') run.failed(item, message, ms)
  else run.errored(item, message, ms)
}

function listOf(items: TestItemCollection): readonly TestItem[] {
  return [...items].map(([, item]) => item)
}
