/** A proxy in a process of its own, whose memory is nobody else's: says where it listens, and what memory it takes when it is asked. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLog, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

const [folder = ''] = process.argv.slice(2)
const file = join(folder, 'iap.yaml')
const loaded = loadConfig(readFileSync(file, 'utf8'), file)
if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
const proxy = await startProxy(loaded.config, { log: createLog((line) => process.stderr.write(line)) })

// Between two questions it may have been more.
let most = 0
setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 20).unref()

process.on('message', () => {
  const rss = process.memoryUsage.rss()
  process.send?.({ rss, most: Math.max(most, rss) })
  most = 0
})
process.on('disconnect', () => process.exit())
process.send?.({ port: Number(new URL(proxy.addresses[0] ?? '').port) })
