import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import { watchSources } from './watch-sources.ts'

const watchers: (EventEmitter & { close(): Promise<void> })[] = []
vi.mock('chokidar', () => ({
  watch: () => {
    const watcher = Object.assign(new EventEmitter(), { close: async () => {} })
    watchers.push(watcher)
    return watcher
  },
}))

const nothing = async () => {}

test('the watch is complete when the watcher says so', async () => {
  const watching = watchSources(['policies'], nothing)
  watchers.at(-1)?.emit('ready')
  expect((await watching).isComplete).toBe(true)
})

test('a watcher that does not say so is not waited for', async () => {
  const watching = await watchSources(['policies'], nothing, 1)
  expect(watching.isComplete).toBe(false)
  await watching.close()
})

test('an error of the watcher is one of the caller', async () => {
  const watching = watchSources(['policies'], nothing)
  watchers.at(-1)?.emit('error', new Error('too many open files'))
  await expect(watching).rejects.toThrow('too many open files')
})
