import type { Server } from 'node:http'
import { renderAddress } from '../../base/address.ts'
import { content, StartupError } from '../../base/startup-error.ts'
import { closeServer } from '../../proxy/listeners/drain.ts'
import { type AdminSources, createAdminServer } from '../admin/admin-server.ts'
import { EffectHistory } from '../admin/effect-history.ts'
import { type AdminApi, type AdminDeps, adminHosts, createAdminApi, type OpenedAdmin } from '../admin/index.ts'
import type { AdminConfig } from '../config/index.ts'
import { listen } from '../listeners/listen.ts'

interface Changing {
  hosts: readonly string[]
  api: AdminApi
}

/** The open admin server. Reloads of the configuration keep it open if its address stays the same. */
export class AdminAddress {
  readonly address: string
  readonly origin: string
  readonly #server: Server
  readonly #tls: string
  readonly #opened: OpenedAdmin
  readonly #options: Changing
  readonly #deps: AdminDeps

  private constructor(
    server: Server,
    origin: string,
    config: AdminConfig,
    opened: OpenedAdmin,
    options: Changing,
    deps: AdminDeps,
  ) {
    this.address = renderAddress(config.address)
    this.origin = origin
    this.#server = server
    this.#tls = JSON.stringify(config.tls)
    this.#opened = opened
    this.#options = options
    this.#deps = deps
  }

  static async open(
    config: AdminConfig,
    opened: OpenedAdmin,
    sources: AdminSources,
    others: Omit<AdminDeps, 'history'>,
  ): Promise<AdminAddress> {
    const history = new EffectHistory(others.tallies, others.clock)
    const deps = { ...others, history }
    const options = { hosts: adminHosts(config), api: createAdminApi(opened.callers, deps), tls: opened.tls }
    const server = createAdminServer(sources, options)
    try {
      const origin = await listen(server, config.address, opened.tls === null ? 'http' : 'https')
      return new AdminAddress(server, origin, config, opened, options, deps)
    } catch (error) {
      history.close()
      throw error
    }
  }

  /**
   * Returns whether another configuration has the admin server at the same address.
   *
   * @throws StartupError if the address is the same but the TLS settings differ, which cannot change while the server is open
   */
  isAt(config: AdminConfig | null): boolean {
    if (config === null || renderAddress(config.address) !== this.address) return false
    if (JSON.stringify(config.tls) === this.#tls) return true
    throw new StartupError([content('`admin.tls` cannot change while the proxy runs: restart it, or change `admin.address` too')])
  }

  take(config: AdminConfig, { callers }: OpenedAdmin): void {
    this.#options.hosts = adminHosts(config)
    this.#options.api = createAdminApi(callers, this.#deps)
  }

  async close(): Promise<void> {
    this.#deps.history.close()
    await closeServer(this.#server)
    await this.#opened.close()
  }
}
