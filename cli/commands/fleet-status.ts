import { setTimeout } from 'node:timers/promises'
import { parseDuration } from '../../runtime/base/units.ts'
import type { FleetOverview } from '../../runtime/server/proxy-fleet/fleet-overview.ts'
import { ABOUT_TOKEN, ADMIN, askAdmin } from '../admin-client.ts'
import { CliError } from '../cli-error.ts'
import { type Command, defineCommand } from '../command.ts'
import { FORMAT, wholeNumber } from '../flags.ts'
import { type FleetAim, fleetProblems } from '../fleet/fleet-problems.ts'
import { showFleet } from '../fleet/show-fleet.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'

const DEFAULT = '5m'

/** In milliseconds. */
const LONGEST = 86_400_000

/** Milliseconds between two requests to the proxy. */
const PAUSE = 500

export const fleetStatus = defineCommand({
  name: 'fleet status',
  summary: 'Show which policy each proxy of a fleet serves, and which proxies lag',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    wait: {
      type: 'string',
      value: 'REVISION',
      help: 'Wait until every proxy is ready and serves the policy with this revision',
    },
    timeout: { type: 'string', value: 'DURATION', help: `With --wait: time to wait (default: ${DEFAULT})` },
    least: { type: 'string', value: 'N', help: 'Minimum number of proxies that must report (default: 1)' },
    admin: ADMIN,
    format: FORMAT,
  },
  more: `Any proxy with the section \`fleet\` in its configuration can answer. A proxy that ended or lost its Redis is not in the
list after 10 seconds, so give --least in CI. \`iap inspect\` shows the revision of a bundle.

Exit code 0: at least N proxies report, and each is ready and serves the newest policy or, with --wait, REVISION. Exit code 1:
some do not, or an entry in Redis is unreadable. ${ABOUT_TOKEN}

  iap fleet status --wait sha256:0f6b… --timeout 2m --least 20`,
  async run(io, { flags }) {
    const { wait, format, admin } = flags
    const aim: FleetAim = { revision: wait === undefined ? null : revisionIn(wait), least: wholeNumber('least', flags.least, 1) }
    if (wait === undefined && flags.timeout !== undefined) throw new CliError('`--timeout` needs `--wait`')
    const until = performance.now() + (wait === undefined ? 0 : timeoutIn(flags.timeout))
    let fleet = await read(io, admin)
    let problems = fleetProblems(fleet, aim)
    while (problems.length > 0 && performance.now() < until) {
      await pause(io, Math.min(PAUSE, until - performance.now()))
      fleet = await read(io, admin)
      problems = fleetProblems(fleet, aim)
    }
    const ok = problems.length === 0
    if (format === 'json') writeJson(io.stdout, { ok, problems, ...fleet })
    else showFleet(io.stdout, fleet, aim, problems)
    return ok ? 0 : 1
  },
}) as unknown as Command

async function read(io: Io, admin: string | undefined): Promise<FleetOverview> {
  const { body } = await askAdmin(io, admin, 'GET', '/v1/fleet')
  const fleet = body as unknown as FleetOverview
  if (fleet.configured) return fleet
  throw new CliError('the proxy belongs to no fleet', 'add the section `fleet` to its configuration')
}

async function pause(io: Io, milliseconds: number): Promise<void> {
  const interruption = io.interruption()
  await setTimeout(milliseconds, null, { signal: interruption }).catch(() => {})
  if (interruption.aborted) throw new CliError('interrupted')
}

function revisionIn(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text
  throw new CliError(
    `\`--wait\` must be a revision such as \`sha256:…\` with 64 hexadecimal digits, got \`${text}\``,
    '`iap inspect BUNDLE` shows it',
  )
}

function timeoutIn(text: string = DEFAULT): number {
  const timeout = parseDuration(text)
  if (timeout !== null && timeout > 0 && timeout <= LONGEST) return timeout
  throw new CliError(`\`--timeout\` must be a duration from \`1ms\` to \`1d\`, got \`${text}\``)
}
