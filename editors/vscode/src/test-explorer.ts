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
import { type BaseLanguageClient, ExecuteCommandRequest } from 'vscode-languageclient'
import { type DeclaredTest, type NamedDeclaration, RUN_TEST, type TestResult, testsRequest } from './protocol.ts'

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
      if (uri !== undefined) items.delete(uri.toString())
      else items.replace([])
      for (const [file, declared] of byFile) items.add(this.#fileItem(Uri.parse(file), declared))
    } catch (error) {
      this.#log(`cannot list tests: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** Runs a test as if it had been selected. */
  async runTest({ uri, name }: NamedDeclaration): Promise<void> {
    const file = Uri.parse(uri)
    if (this.#find(file, name) === undefined) await this.refresh(file)
    const item = this.#find(file, name)
    if (item === undefined) throw new Error(`there is no test "${name}" in ${workspace.asRelativePath(file)}`)
    const source = new CancellationTokenSource()
    await this.#run(new TestRunRequest([item]), source.token).finally(() => source.dispose())
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    for (const each of this.#disposables) each.dispose()
  }

  #find(file: Uri, name: string): TestItem | undefined {
    return this.#controller.items.get(file.toString())?.children.get(name)
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
        const test = this.#item(name, uri, range)
        test.children.replace(cases.map((each) => this.#item(each, uri, range)))
        return test
      }),
    )
    return file
  }

  #item(name: string, uri: Uri, range: DeclaredTest['range']): TestItem {
    const item = this.#controller.createTestItem(name, name, uri)
    item.range = this.#client().protocol2CodeConverter.asRange(range)
    return item
  }

  async #run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.#controller.createTestRun(request)
    try {
      const selected = testsOf(request.include ?? listOf(this.#controller.items), new Set(request.exclude))
      for (const test of selected) for (const each of [test, ...listOf(test.children)]) run.enqueued(each)
      for (const test of selected) {
        if (token.isCancellationRequested) break
        await this.#runTest(run, test, token)
      }
    } finally {
      run.end()
    }
  }

  async #runTest(run: TestRun, test: TestItem, token: CancellationToken): Promise<void> {
    const items = [test, ...listOf(test.children)]
    for (const each of items) run.started(each)
    const began = Date.now()
    try {
      const argument: NamedDeclaration = { uri: (test.uri as Uri).toString(), name: test.id }
      const parameters = { command: RUN_TEST, arguments: [argument] }
      const results: readonly TestResult[] = await this.#client().sendRequest(ExecuteCommandRequest.type, parameters, token)
      for (const item of items) report(run, item, resultOf(item, test, results), Date.now() - began)
    } catch (error) {
      const message = new TestMessage(error instanceof Error ? error.message : String(error))
      for (const item of items) token.isCancellationRequested ? run.skipped(item) : run.errored(item, message)
    }
  }
}

/** Returns whether a document is a policy on disk, and not a version of one that Git or a comparison shows. */
function isPolicy({ languageId, uri }: TextDocument): boolean {
  return languageId === 'iap' && (uri.scheme === 'file' || workspace.getWorkspaceFolder(uri) !== undefined)
}

/** Returns the tests that a selection of files, tests and cases covers. A case is run with its test. */
function testsOf(selected: readonly TestItem[], excluded: ReadonlySet<TestItem>): readonly TestItem[] {
  const found = selected.flatMap((item) => {
    const [file, test] = [item.parent, item.parent?.parent]
    if (excluded.has(item)) return []
    if (file === undefined) return listOf(item.children).filter((each) => !excluded.has(each))
    return [test === undefined ? item : file]
  })
  return [...new Set(found)]
}

/** Returns the result of a case by its name. A test has failed if one of its cases has. */
function resultOf(item: TestItem, test: TestItem, results: readonly TestResult[]): TestResult | undefined {
  if (item !== test) return results.find(({ name }) => name === item.id)
  return results.find(({ passed }) => !passed) ?? results[0]
}

function report(run: TestRun, item: TestItem, result: TestResult | undefined, duration: number): void {
  const message = new TestMessage(
    result?.message ?? (result === undefined ? 'the language server returned no result' : 'the test failed'),
  )
  if (item.uri !== undefined && item.range !== undefined) message.location = new Location(item.uri, item.range)
  if (result === undefined) run.errored(item, message, duration)
  else if (result.passed) run.passed(item, duration)
  else run.failed(item, message, duration)
}

function listOf(items: TestItemCollection): readonly TestItem[] {
  return [...items].map(([, item]) => item)
}
