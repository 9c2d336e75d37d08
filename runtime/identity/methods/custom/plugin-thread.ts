/**
 * JavaScript source of the plug-in thread. As a string it needs no file beside the proxy's bundle, and V8's flag against code
 * from strings does not apply to it. The thread passes requests as frozen data and notes reads beyond the headers: only answers
 * without such reads may be cached.
 */
export const PLUGIN_THREAD = `'use strict'
const { parentPort, workerData } = require('node:worker_threads')

const loaded = import(workerData.url).then((plugin) => {
  if (typeof plugin.default !== 'function') throw new Error('it has no default export that is a function')
  return plugin.default
})
loaded.then(
  () => parentPort.postMessage({ id: 0, kind: 'ready' }),
  (error) => parentPort.postMessage({ id: 0, kind: 'failed', message: sentence(error) }),
)
parentPort.on('message', async ({ id, request }) => {
  const seen = { alone: false }
  let answer
  try {
    const authenticate = await loaded
    answer = read(await authenticate(shown(request, seen)), seen)
  } catch (error) {
    answer = { kind: 'failed', message: sentence(error) }
  }
  parentPort.postMessage({ id, ...answer })
})

function shown(request, seen) {
  const headers = Object.create(null)
  for (const [name, lines] of Object.entries(request.headers)) headers[name] = Object.freeze(lines)
  const view = Object.create(null)
  const see = (name) => {
    seen.alone = true
    return request[name]
  }
  Object.defineProperty(view, 'headers', { enumerable: true, value: Object.freeze(headers) })
  for (const name of ['method', 'host', 'path', 'address'])
    Object.defineProperty(view, name, { enumerable: true, get: () => see(name) })
  return Object.freeze(view)
}

function read(answer, seen) {
  if (answer === null) return { kind: 'nothing' }
  if (typeof answer !== 'object') throw new Error('its answer is neither null nor an object')
  const { refused, claims, until = null, ambient = true, ...rest } = answer
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new Error('its answer has \`' + unknown.slice(0, 60) + '\`, which is unknown')
  if (refused !== undefined && (refused !== true || claims !== undefined || until !== null || ambient !== true))
    throw new Error('its answer has a \`refused\` that is not true, or more beside it')
  if (refused) return { kind: 'refused' }
  if (until !== null && typeof until !== 'number') throw new Error('its answer has an \`until\` that is no number')
  if (typeof ambient !== 'boolean') throw new Error('its answer has an \`ambient\` that is neither true nor false')
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new Error('its answer has no \`claims\` that are an object')
  return { kind: 'caller', claims: JSON.stringify(claims), until, alone: seen.alone, ambient }
}

function sentence(error) {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 500)
  } catch {
    return 'it threw a value that is not an error'
  }
}
`
