import type { Log } from '../../../base/log.ts'
import { readSecret } from '../../../base/secret.ts'
import { content, problemAt, StartupError } from '../../../base/startup-error.ts'
import { VERSION } from '../../../base/version.ts'
import type { Readiness } from '../../admin/readiness.ts'
import type { Config } from '../../config/index.ts'
import type { FleetMember, MemberState } from '../../proxy-fleet/fleet-member.ts'
import { type FleetOverview, NO_FLEET } from '../../proxy-fleet/fleet-overview.ts'
import { isFleetId } from '../../proxy-fleet/fleet-report.ts'
import type { Generation } from '../generation.ts'

const BAD_ID =
  'the ID of the proxy must have 1 to 63 letters, digits, dots, underscores and hyphens, and begin with a letter or a digit'

/** A member of a fleet that is to begin when its configuration takes over. */
interface PreparedFleet {
  readonly key: string
  begin(): FleetMember
}

/** The membership of this proxy in a fleet. Reloads of the configuration keep it if its Redis and ID stay the same. */
export class SharedFleet {
  readonly #log: Log
  readonly #state: () => Promise<MemberState>
  #current: { readonly key: string; readonly member: FleetMember } | null = null

  constructor(log: Log, state: () => Promise<MemberState>) {
    this.#log = log
    this.#state = state
  }

  /**
   * Reads the ID of the proxy. Returns `null` if the configuration has no fleet.
   *
   * @throws StartupError if the ID cannot be read or has another form
   */
  async prepare({ fleet, source }: Config): Promise<PreparedFleet | null> {
    if (fleet === null) return null
    const id = fleet.id && readSecret(fleet.id, 'the ID of the proxy')
    if (id !== null && typeof id !== 'string') throw new StartupError([problemAt(source, ['fleet', 'id'], id)])
    // The text is not in the message, as it may be a secret that was meant for another key.
    if (id !== null && !isFleetId(id)) throw new StartupError([problemAt(source, ['fleet', 'id'], content(BAD_ID))])
    const { redis, prefix } = fleet
    // Loaded on demand, because it takes memory.
    const { FleetMember } = await import('../../proxy-fleet/fleet-member.ts')
    return {
      key: JSON.stringify([redis, prefix, id]),
      begin: () => new FleetMember({ redis, prefix, id, log: this.#log, state: this.#state }),
    }
  }

  use(prepared: PreparedFleet | null): void {
    const before = this.#current
    if (before !== null && before.key === prepared?.key) return
    this.#current = prepared && { key: prepared.key, member: prepared.begin() }
    void before?.member.close()
  }

  /** Returns the state of the fleet. Never rejects, and takes at most a second. */
  async overview(): Promise<FleetOverview> {
    return (await this.#current?.member.overview()) ?? NO_FLEET
  }

  /** Takes at most half a second. */
  async close(): Promise<void> {
    await this.#current?.member.close()
    this.#current = null
  }
}

/** Returns what a proxy reports to its fleet. */
export function memberState({ policy, digest }: Generation, { ready, reasons }: Readiness): MemberState {
  const { active = null, lastError = null } = policy ?? {}
  return {
    version: VERSION,
    policy: active && { revision: active.revision, sequence: active.sequence, since: active.since },
    config: digest,
    ready,
    reasons,
    // Its message may name files and hosts.
    lastError: lastError && { code: lastError.code, at: lastError.at },
  }
}
