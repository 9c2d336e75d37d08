import { createHash } from 'node:crypto'
import { constants } from 'node:os'
import { renderConfigError } from '../../base/config-error.ts'
import { readRegular } from '../../base/files/read-regular.ts'
import type { Log } from '../../base/log.ts'
import { content, environment, type Problem, StartupError } from '../../base/startup-error.ts'
import { limitKeyExchange } from '../../tls/index.ts'
import { type Config, loadConfig } from '../config/index.ts'
import { inheritedSockets } from './inherited-sockets.ts'
import { type ConfigSnapshot, Supervisor } from './supervisor.ts'

export interface SuperviseOptions {
  readonly log: Log
  /** Name of the configuration file, for messages. */
  readonly file: string
  readonly text: string
  readonly config: Config
  readonly insecureHttpIssuer: boolean
  /** File for learned routes that replaces the configured one; `null` to use the configuration. */
  readonly learn: string | null
  readonly unsignedBundle: boolean
}

/**
 * Runs the proxy with a supervisor and workers until a signal ends it. SIGTERM and SIGINT let requests complete first; a second
 * signal ends the proxy at once. SIGHUP reopens audit files and reloads the configuration.
 *
 * @throws StartupError if the proxy cannot start
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { log, file, insecureHttpIssuer, learn, unsignedBundle } = options
  limitKeyExchange()
  // Each write reports its failure; an unhandled event would end the process.
  process.stdout.on('error', () => {})
  const { sockets, problems } = inheritedSockets(process.env, process.pid)
  if (problems.length > 0) throw new StartupError(problems)
  const supervisor = new Supervisor({ log, file, insecureHttpIssuer, learn, unsignedBundle, inherited: sockets })
  const signal = firstSignal(() => supervisor.kill())
  // A SIGHUP during start is queued.
  const reloads = new Reloads(options, supervisor)
  const hear = () => reloads.ask()
  process.on('SIGHUP', hear)
  try {
    await Promise.race([reloads.begin(), signal.then(endsEarly)])
    const name = await signal
    reloads.stop()
    log.info(`${name}: stopping when requests in progress have ended`)
    // An interactive run has no load balancer, so no delay.
    await supervisor.close(name === 'SIGTERM')
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error
    supervisor.kill()
  } finally {
    process.off('SIGHUP', hear)
  }
}

/** A signal came before it served. */
class EndedEarly extends Error {}

function endsEarly(): never {
  throw new EndedEarly()
}

/** Resolves with the first terminating signal. A second one ends the process at once. */
function firstSignal(onSecond: () => void): Promise<string> {
  return new Promise((resolve) => {
    let told = false
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.on(name, () => {
        if (!told) {
          told = true
          return resolve(name)
        }
        onSecond()
        // The kernel ignores such a signal for the first process of a container.
        if (process.pid === 1) process.exit(128 + constants.signals[name])
        process.removeAllListeners(name)
        process.kill(process.pid, name)
      })
    }
  })
}

/** Reloads the configuration on request, sequentially; requests during a reload cause one more. */
class Reloads {
  readonly #options: SuperviseOptions
  readonly #supervisor: Supervisor
  #print = ''
  #isBusy = true
  #again = false
  #isOver = false

  constructor(options: SuperviseOptions, supervisor: Supervisor) {
    this.#options = options
    this.#supervisor = supervisor
  }

  async begin(): Promise<void> {
    const { text, config } = this.#options
    this.#print = await printOf(text, config)
    await this.#supervisor.start({ text, config })
    this.#isBusy = false
    if (this.#again) this.ask()
  }

  ask(): void {
    this.#supervisor.reopenAudit()
    if (this.#isOver) return
    if (this.#isBusy) {
      this.#again = true
      return
    }
    this.#again = false
    this.#isBusy = true
    void this.#reload().finally(() => {
      this.#isBusy = false
      if (this.#again) this.ask()
    })
  }

  /** No configuration takes over after this, and a pending one is not reported. */
  stop(): void {
    this.#isOver = true
  }

  async #reload(): Promise<void> {
    const { log } = this.#options
    const { metrics } = this.#supervisor
    try {
      const source = await this.#read()
      const print = await printOf(source.text, source.config)
      if (print === this.#print) {
        metrics.reloaded('unchanged')
        log.info('SIGHUP: audit files are reopened, and the configuration has not changed')
        return
      }
      log.info('SIGHUP: loading the changed configuration')
      await this.#supervisor.reload(source)
      this.#print = print
      metrics.reloaded('taken')
      log.info('the new configuration is active')
    } catch (error) {
      if (this.#isOver) return
      metrics.reloaded('refused')
      const reasons = error instanceof StartupError ? error.problems : [environment((error as Error).message)]
      for (const { message } of reasons)
        log.error(`the new configuration was refused, and the previous one stays active: ${message}`)
    }
  }

  async #read(): Promise<ConfigSnapshot> {
    const { file, insecureHttpIssuer, learn } = this.#options
    let text: string
    try {
      text = (await readRegular(file)).toString()
    } catch (error) {
      throw new StartupError([environment(`it cannot be read: ${(error as Error).message}`)])
    }
    const loaded = loadConfig(text, file, { insecureHttpIssuer, learn })
    if (!loaded.ok) throw new StartupError(loaded.errors.map((error): Problem => content(renderConfigError(error))))
    return { text, config: loaded.config }
  }
}

/** Hashes the configuration and the files it names that are not watched: keys, secrets, plug-ins, styles. */
async function printOf(text: string, { startFiles }: Config): Promise<string> {
  const hash = createHash('sha256').update(text)
  for (const file of startFiles) {
    const bytes = await readRegular(file).catch(() => Buffer.from('none'))
    hash.update(`\n${bytes.length} `).update(bytes)
  }
  return hash.digest('hex')
}
