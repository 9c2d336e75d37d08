/**
 * JavaScript source of the plug-in thread. As a string it needs no file beside the proxy's bundle. The thread parses the lines
 * itself, so that one plug-in cannot change the records of another.
 */
export const PLUGIN_THREAD = `'use strict'
const { parentPort, workerData } = require('node:worker_threads')

const loaded = import(workerData.url).then((plugin) => {
  if (typeof plugin.write !== 'function') throw new Error('it exports no function \`write\`')
  return plugin
})
const say = (kind, error) => parentPort.postMessage({ kind, message: error === undefined ? '' : sentence(error) })
loaded.then(() => say('done'), (error) => say('failed', error))
parentPort.on('message', async (lines) => {
  try {
    const { write, close } = await loaded
    if (lines === null) await close?.()
    else await write(lines.map((line) => JSON.parse(line)))
    say('done')
  } catch (error) {
    say('failed', error)
  }
})

function sentence(error) {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 500)
  } catch {
    return 'it threw a value that is not an error'
  }
}
`
