import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
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
  it.each([
    [['matrix', '.', '--format', 'html', '--budget', '60s'], '', /^<!doctype html>\n<html lang="en">\n<head>/],
    [['diff', 'HEAD', '.', '--budget', '60s'], '', /./],
    [['explain', '.'], '{"method":"GET","url":"http://catalog.shop.localhost/products"}\n', /^✓ permit by catalogue_is_open/],
  ])('%j has the output that the extension shows', async (args, input, output) => {
    const result = await runIap(iap, { args, cwd, input, token: cancellation().token })
    expect(result?.code, result?.stderr).toBe(0)
    expect(result?.stdout).toMatch(output)
  })

  it('returns messages and the exit code of a command that fails', async () => {
    const result = await runIap(iap, { args: ['explain', '.'], cwd, input: 'no JSON\n', token: cancellation().token })
    expect(result).toMatchObject({ code: 2 })
    expect(`${result?.stdout}${result?.stderr}`).toContain('1')
  })

  it('ends a command that is cancelled, and returns null', async () => {
    const { token, cancel } = cancellation()
    const program = { ...iap, args: ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'] }
    const running = runIap(program, { args: ['matrix'], cwd, input: '', token })
    cancel()
    expect(await running).toBeNull()
  })

  it('reports a program that cannot be started', async () => {
    const running = runIap({ ...iap, command: '/nowhere/iap' }, { args: ['matrix'], cwd, input: '', token: cancellation().token })
    await expect(running).rejects.toThrow('cannot start `/nowhere/iap`: spawn /nowhere/iap ENOENT')
  })

  it('reports a program that is ended by a signal', async () => {
    const program = { ...iap, args: ['-e', 'process.kill(process.pid, "SIGKILL")'] }
    const running = runIap(program, { args: ['matrix'], cwd, input: '', token: cancellation().token })
    await expect(running).rejects.toThrow('`iap matrix` was ended by SIGKILL')
  })

  it('has no colors and no electron', async () => {
    const program = { ...iap, args: ['-p', '[process.env.NO_COLOR, process.env.ELECTRON_RUN_AS_NODE].join()'] }
    const result = await runIap(program, { args: [], cwd, input: 'unread', token: cancellation().token })
    expect(result).toEqual({ code: 0, stdout: '1,1\n', stderr: '' })
  })
})
