/** How long the language server takes for the edits and questions of somebody at an editor, in a project on disk. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node.js'
import { generatePolicy } from '../check/generate-policy.ts'
import { medianOf } from '../median.ts'
import { randomFrom } from '../random.ts'
import { applied, type Edit, typedEdits } from './edits.ts'
import type { Taken } from './program.ts'

export interface EditorFigures {
  readonly rules: number
  readonly files: number
  /** Milliseconds of processor time; of `open`, from the start of the process to the first diagnostics. */
  readonly open: number
  /** From an edit to its diagnostics: of all edits, and of those of a kind. */
  readonly edits: Spread
  readonly kinds: Readonly<Record<string, Spread>>
  /** A question right after an edit, before it was checked; and once it was. */
  readonly hover: { readonly afterEdit: Spread; readonly settled: Spread }
  readonly completion: { readonly afterEdit: Spread; readonly settled: Spread }
  /** Warnings, which are looked for once nobody types any more. */
  readonly lint: Spread
  /** Megabytes that the process has at the end. */
  readonly memory: number
}

export interface Spread {
  readonly count: number
  readonly median: number
  readonly p95: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { count: values.length, median: medianOf(values), p95: sorted[Math.floor(sorted.length * 0.95)] as number }
}

/** Edits after which questions are asked. */
const ASKED = 40
/** Waits for warnings. */
const IDLED = 5

/** @param program as `buildProgram` made it of `program.ts` */
export async function measureEditor(program: string, rules: number, count: number): Promise<EditorFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  const policy = generatePolicy(rules, false)
  for (const [name, text] of policy) writeFileSync(join(folder, name), text)
  const server = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] })
  try {
    const names = [...policy.keys()].filter((name) => name.startsWith('t'))
    const session = new Session(server, folder)
    await session.start(names[names.length >> 1] as string, policy)
    const open = (await session.taken()).cpu
    return { rules, files: policy.size, open, ...(await measure(session, count)) }
  } finally {
    server.kill()
    rmSync(folder, { recursive: true })
  }
}

async function measure(session: Session, count: number): Promise<Omit<EditorFigures, 'rules' | 'files' | 'open'>> {
  const random = randomFrom(1)
  const kinds = new Map<string, number[]>()
  for (const edit of typedEdits(session.text, count, random)) {
    const cpu = await session.cpuOf(() => session.edit(edit).published)
    kinds.set(edit.kind, [...(kinds.get(edit.kind) ?? []), cpu])
  }
  const lint: number[] = []
  // A comment that grows: a text without errors is looked at by all rules of lint.
  for (let idled = 0; idled < IDLED; idled += 1) {
    const edit = { kind: 'comment', offset: 0, removed: 0, inserted: '// typed\n' } as const
    lint.push(await session.cpuOf(() => session.edit(edit).linted))
  }
  const ask = async (method: string) => {
    const [afterEdit, settled]: [number[], number[]] = [[], []]
    for (const edit of typedEdits(session.text, ASKED, random)) {
      const { published } = session.edit(edit)
      const at = edit.offset + edit.inserted.length
      afterEdit.push(await session.cpuOf(() => session.ask(method, at)))
      await published
      settled.push(await session.cpuOf(() => session.ask(method, at)))
    }
    return { afterEdit: spreadOf(afterEdit), settled: spreadOf(settled) }
  }
  const hover = await ask('textDocument/hover')
  const completion = await ask('textDocument/completion')
  return {
    edits: spreadOf([...kinds.values()].flat()),
    kinds: Object.fromEntries([...kinds].map(([kind, values]) => [kind, spreadOf(values)])),
    hover,
    completion,
    lint: spreadOf(lint),
    memory: (await session.taken()).memory,
  }
}

interface Published {
  readonly published: Promise<readonly Diagnostic[]>
  readonly linted: Promise<readonly Diagnostic[]>
}

/** A client with one open document. */
class Session {
  text = ''
  readonly #server: ChildProcess
  readonly #folder: string
  readonly #connection: ProtocolConnection
  readonly #waiting = new Map<number, ((diagnostics: readonly Diagnostic[]) => void)[]>()
  #uri = ''
  #version = 0

  constructor(server: ChildProcess, folder: string) {
    if (server.stdin === null || server.stdout === null) throw new Error('the server has no pipes')
    this.#server = server
    this.#folder = folder
    this.#connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
    this.#connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: PublishDiagnosticsParams) => {
        if (uri === this.#uri && version !== undefined) this.#waiting.get(version)?.shift()?.(diagnostics)
      },
    )
    this.#connection.listen()
  }

  async start(name: string, policy: ReadonlyMap<string, string>): Promise<void> {
    const rootUri = pathToFileURL(this.#folder).href
    await this.#connection.sendRequest('initialize', {
      ...{ processId: process.pid, rootUri, capabilities: {}, workspaceFolders: [{ uri: rootUri, name: 'bench' }] },
    })
    await this.#connection.sendNotification('initialized', {})
    this.text = policy.get(name) as string
    this.#uri = `${rootUri}/${name}`
    const { linted } = this.#publications()
    const textDocument = { uri: this.#uri, languageId: 'iap', version: this.#version, text: this.text }
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument })
    const found = await linted
    if (found.length > 0) throw new Error(`the policy has mistakes: ${JSON.stringify(found)}`)
  }

  /** Types; resolves to the diagnostics of the text that came of it, and to those with warnings. */
  edit(edit: Edit): Published {
    const [start, end] = [edit.offset, edit.offset + edit.removed].map((offset) => this.#positionAt(offset))
    this.text = applied(this.text, edit)
    this.#version += 1
    const published = this.#publications()
    void this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [{ range: { start, end }, text: edit.inserted }],
    })
    return published
  }

  ask(method: string, offset: number): Promise<unknown> {
    return this.#connection.sendRequest(method, { textDocument: { uri: this.#uri }, position: this.#positionAt(offset) })
  }

  async cpuOf(work: () => Promise<unknown>): Promise<number> {
    const before = await this.taken()
    await work()
    return (await this.taken()).cpu - before.cpu
  }

  taken(): Promise<Taken> {
    return new Promise((resolve) => {
      this.#server.once('message', (taken) => resolve(taken as Taken))
      this.#server.send('')
    })
  }

  /** The server publishes twice for each version after which nobody types. */
  #publications(): Published {
    const next = () =>
      new Promise<readonly Diagnostic[]>((resolve) => {
        const waiting = this.#waiting.get(this.#version) ?? []
        waiting.push(resolve)
        this.#waiting.set(this.#version, waiting)
      })
    return { published: next(), linted: next() }
  }

  #positionAt(offset: number) {
    const before = this.text.slice(0, offset).split('\n')
    return { line: before.length - 1, character: (before.at(-1) as string).length }
  }
}
