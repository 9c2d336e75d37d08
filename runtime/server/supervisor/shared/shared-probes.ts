import type { Server } from 'node:http'
import { renderAddress } from '../../../base/address.ts'
import type { Log } from '../../../base/log.ts'
import { closeServer } from '../../../proxy/listeners/drain.ts'
import { createProbeServer } from '../../admin/probe-server.ts'
import type { Readiness } from '../../admin/readiness.ts'
import type { Config } from '../../config/index.ts'
import { listen } from '../../listeners/listen.ts'

interface Probes {
  readonly address: string
  readonly origin: string
  readonly server: Server
}

/** The server for `/livez` and `/readyz` only. Reloads of the configuration keep it open if its address stays the same. */
export class SharedProbes {
  readonly #log: Log
  readonly #readiness: () => Promise<Readiness>
  #current: Probes | null = null

  constructor(log: Log, readiness: () => Promise<Readiness>) {
    this.#log = log
    this.#readiness = readiness
  }

  /**
   * Opens the server of a configuration for `/livez` and `/readyz`; returns `null` if none is configured. Returns the current
   * server if it has the same address.
   *
   * @throws StartupError if the address cannot be used
   */
  async open({ probes }: Config): Promise<Probes | null> {
    if (probes === null) return null
    const address = renderAddress(probes.address)
    if (this.#current?.address === address) return this.#current
    const server = createProbeServer(this.#readiness)
    return { address, server, origin: await listen(server, probes.address, 'http') }
  }

  use(probes: Probes | null): void {
    const before = this.#current
    this.#current = probes
    if (probes !== null && probes !== before) this.#log.info(`probes on ${probes.origin}`)
    if (before !== null && before !== probes) void closeServer(before.server)
  }

  async discard(probes: Probes | null): Promise<void> {
    if (probes !== null && probes !== this.#current) await closeServer(probes.server)
  }

  async close(): Promise<void> {
    if (this.#current !== null) await closeServer(this.#current.server)
  }
}
