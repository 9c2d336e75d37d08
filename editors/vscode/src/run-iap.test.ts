import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { IapProgram } from './find-iap.ts'
import { runIap } from './run-iap.ts'

const cwd = fileURLToPath(new URL('../../../examples/shop', import.meta.url))
const iap: IapProgram = {
  command: process.execPath,
  args: [fileURLToPath(new URL('../../../dist/iap.js', import.meta.url))],
  origin: 'extension',
}

/** A token of VS Code, cancelled by its second half. */
function cancellation() {
  const source = new AbortController()
  const token = {
    get isCancellationRequested() {
      return source.signal.aborted
    },
    onCancellationRequested(listener: (event: unknown) => void) {
      source.signal.addEventListener('abort', listener)
      return { dispose: () => source.signal.removeEventListener('abort', listener) }
    },
  }
  return { token: token as Parameters<typeof runIap>[1]['token'], cancel: () => source.abort() }
}

describe('a run of `iap`', () => {
  it('has the output that the extension shows', async () => {
    const result = await runIap(iap, { args: ['diff', '.', '.', '--budget', '60s'], cwd, token: cancellation().token })
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('equivalent') })
  })

  it('returns messages and the exit code of a command that fails', async () => {
    const result = await runIap(iap, { args: ['diff', 'HEAD', 'none.iap'], cwd, token: cancellation().token })
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('none.iap') })
  })

  it('ends a command that is cancelled, and returns null', async () => {
    const { token, cancel } = cancellation()
    const program = { ...iap, args: ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'] }
    const running = runIap(program, { args: ['matrix'], cwd, token })
    cancel()
    expect(await running).toBeNull()
  })

  it('does not wait for what a cancelled command has started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'iap-run-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { token, cancel } = cancellation()
    const script = 'while [ -d "$0" ]; do sleep 0.1; done & wait'
    const running = runIap({ command: '/bin/sh', args: ['-c', script], origin: 'PATH' }, { args: [folder], cwd, token })
    cancel()
    expect(await running).toBeNull()
  })

  it('reports a program that cannot be started', async () => {
    const running = runIap({ ...iap, command: '/nowhere/iap' }, { args: ['matrix'], cwd, token: cancellation().token })
    await expect(running).rejects.toThrow('cannot start `/nowhere/iap`: spawn /nowhere/iap ENOENT')
  })

  it('reports a program that is ended by a signal', async () => {
    const program = { ...iap, args: ['-e', 'process.kill(process.pid, "SIGKILL")'] }
    const running = runIap(program, { args: ['matrix'], cwd, token: cancellation().token })
    await expect(running).rejects.toThrow('`iap matrix` was ended by SIGKILL')
  })

  it('runs without colors, and as Node in Electron', async () => {
    const program = { ...iap, args: ['-p', '[process.env.NO_COLOR, process.env.ELECTRON_RUN_AS_NODE].join()'] }
    const result = await runIap(program, { args: [], cwd, token: cancellation().token })
    expect(result).toEqual({ code: 0, stdout: '1,1\n', stderr: '' })
  })
})
