import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Megabytes. */
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }

/**
 * A thread for a module of the deployment: whatever goes wrong in it, the process goes on. It does not keep the process from
 * ending.
 *
 * @param code what runs there, and loads the module, whose address is `workerData.url`
 * @param said what the module prints, which is no record of the proxy's
 */
export function startPluginThread(code: string, file: string, said: (text: string) => void): Worker {
  const thread = new Worker(code, {
    eval: true,
    workerData: { url: pathToFileURL(file).href },
    execArgv: [],
    resourceLimits: MEMORY,
    stdout: true,
    stderr: true,
  })
  thread.unref()
  for (const stream of [thread.stdout, thread.stderr]) stream.setEncoding('utf8').on('data', said)
  return thread
}
