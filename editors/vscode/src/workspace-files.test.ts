import { expect, it, vi } from 'vitest'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { WorkspaceFiles } from './workspace-files.ts'

type Listener = (uri: string) => void

/** The part of VS Code that is used: a workspace with one file, whose reads end when the test says so. */
const vscode = vi.hoisted(() => {
  const disposable = { dispose() {} }
  const state = { text: 'old', changed: (() => {}) as Listener, reads: [] as (() => void)[] }
  const workspace = {
    createFileSystemWatcher: () => ({
      ...disposable,
      onDidCreate: () => disposable,
      onDidDelete: () => disposable,
      onDidChange(listener: Listener) {
        state.changed = listener
        return disposable
      },
    }),
    findFiles: async () => ['file:///a.iap'],
    fs: {
      stat: async () => ({ size: 3, type: 1 }),
      readFile() {
        const content = new TextEncoder().encode(state.text)
        return new Promise((resolve) => state.reads.push(() => resolve(content)))
      },
    },
  }
  return { state, workspace }
})
vi.mock('vscode', () => ({ FileType: { File: 1 }, workspace: vscode.workspace }))
vi.mock('vscode-languageclient', () => ({ NotificationType: class {}, RequestType: class {} }))

/** Resolves when nothing is left to do but to wait for a read. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('a change while all files are sent arrives after them', async () => {
  const { state } = vscode
  const sent: string[] = []
  const client = {
    isRunning: () => true,
    sendNotification: async (_: unknown, { files }: { files: readonly { text: string }[] }) => {
      sent.push(...files.map(({ text }) => text))
    },
  }
  const files = new WorkspaceFiles(() => {})
  const all = files.sendTo(client as unknown as BaseLanguageClient)
  await settled()
  state.text = 'new'
  state.changed('file:///a.iap')
  await settled()
  // If both reads have begun, the later one ends first.
  for (let end = state.reads.pop(); end !== undefined; end = state.reads.pop()) {
    end()
    await settled()
  }
  await all
  files.dispose()
  expect(sent).toEqual(['old', 'new'])
})
