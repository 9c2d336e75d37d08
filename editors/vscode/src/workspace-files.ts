import { type Disposable, FileType, type Uri, workspace } from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { filesNotification, type SentFile } from './protocol.ts'

/** Policies, and what they may import: schemas, OpenAPI documents and data of tests. */
const PATTERN = '**/*.{iap,json,yaml,yml}'
const EXCLUDED = '**/node_modules/**'
const MAX_FILES = 5_000

/** Bytes. A larger file is left out, so that what imports it has an error that names it. */
const MAX_SIZE = 4 * 1024 * 1024

/** The number of files that are read at the same time. */
const BATCH = 50

/** Sends the files of the workspace to a language server that has no file system. Sends them again when they change. */
export class WorkspaceFiles implements Disposable {
  readonly #disposables: readonly Disposable[]
  readonly #log: (message: string) => void
  #client: BaseLanguageClient | null = null
  /** Files are read and sent one change after the other: an earlier text must not arrive last. */
  #queue: Promise<void> = Promise.resolve()

  constructor(log: (message: string) => void) {
    this.#log = log
    const watcher = workspace.createFileSystemWatcher(PATTERN)
    const send = (uri: Uri) => void this.#send([uri]).catch((error) => log(`cannot send ${uri}: ${error}`))
    this.#disposables = [watcher, watcher.onDidCreate(send), watcher.onDidChange(send), watcher.onDidDelete(send)]
  }

  /** Sends all files to a server that has just started. */
  async sendTo(client: BaseLanguageClient): Promise<void> {
    this.#client = client
    const found = await workspace.findFiles(PATTERN, EXCLUDED, MAX_FILES)
    if (found.length === MAX_FILES) this.#log(`the workspace has ${MAX_FILES} files or more, of which the others are not known`)
    for (let at = 0; at < found.length; at += BATCH) await this.#send(found.slice(at, at + BATCH))
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose()
  }

  #send(uris: readonly Uri[]): Promise<void> {
    const next = this.#queue.then(() => this.#sendNow(uris))
    this.#queue = next.catch(() => {})
    return next
  }

  async #sendNow(uris: readonly Uri[]): Promise<void> {
    const files = await Promise.all(
      uris.map(async (uri): Promise<SentFile> => ({ uri: uri.toString(), text: await textOf(uri) })),
    )
    if (this.#client?.isRunning() === true) await this.#client.sendNotification(filesNotification, { files })
  }
}

/** Returns null for a file that is not there, cannot be read, or is too large. */
async function textOf(uri: Uri): Promise<string | null> {
  try {
    const { size, type } = await workspace.fs.stat(uri)
    if (size > MAX_SIZE || (type & FileType.File) === 0) return null
    return new TextDecoder().decode(await workspace.fs.readFile(uri))
  } catch {
    return null
  }
}
