import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Limits of a plug-in's memory in megabytes. */
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }

/**
 * Starts a worker thread for a plug-in. Failures of the thread do not affect the process, and the thread does not keep the
 * process alive.
 *
 * @param code JavaScript source of the thread, which loads the plug-in from `workerData.url`
 * @param said receives what the plug-in writes to standard output and error
 */
export function startPluginThread(code: string, file: string, said: (text: string) => void): Worker {
  const thread = new Worker(code, {
    eval: true,
    workerData: { url: urlOf(file) },
    execArgv: [],
    resourceLimits: MEMORY,
    stdout: true,
    stderr: true,
  })
  thread.unref()
  for (const stream of [thread.stdout, thread.stderr]) stream.setEncoding('utf8').on('data', said)
  return thread
}

/** Importing a pipe would wait for its writer, and keep the process from ending: a module that fails stands for it. */
function urlOf(file: string): string {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? true
  return isFile ? pathToFileURL(file).href : 'data:text/javascript,throw new Error("expected a regular file")'
}
