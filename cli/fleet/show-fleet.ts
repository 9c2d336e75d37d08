import { escapeControls } from '../../runtime/index.ts'
import type { FleetOverview, FleetProxy } from '../../runtime/server/proxy-fleet/fleet-overview.ts'
import type { Output } from '../io.ts'
import { count, paint } from '../style.ts'
import { type FleetAim, hasArrived } from './fleet-problems.ts'

/** Writes the proxies of a fleet, one per line, and the reasons why the fleet has not arrived at the aim. */
export function showFleet(output: Output, fleet: FleetOverview, aim: FleetAim, problems: readonly string[]): void {
  const style = paint(output)
  const write = (text: string) => output.write(`${text}\n`)
  const { newest, proxies } = fleet
  if (newest !== null) write(`${style.bold('newest:')} ${newest.revision}, sequence ${newest.sequence}`)
  const width = Math.max(0, ...proxies.map(({ id }) => id.length))
  for (const proxy of proxies) {
    const mark = hasArrived(fleet, proxy, aim) ? style.green('✓') : style.red('✗')
    write(`${mark} ${proxy.id.padEnd(width)}  ${proxy.state.padEnd(7)}  ${style.dim(detailOf(proxy))}`)
  }
  for (const problem of problems) write(`${style.red('✗')} ${escapeControls(problem)}`)
  if (problems.length === 0)
    write(`${style.green('✓')} ${count(proxies.length, 'proxy', 'proxies')} serve ${aim.revision ?? 'the newest policy'}`)
}

function detailOf({ policy, config, version, reasons, lastError, isShared, age }: FleetProxy): string {
  const parts = [
    policy === null ? 'no policy' : `sequence ${policy.sequence}, ${policy.revision.slice(7, 19)}, since ${policy.since}`,
    `configuration ${config.slice(0, 12)}`,
    `version ${version}`,
    `reported ${(age / 1000).toFixed(1)} s ago`,
    ...reasons,
    ...(lastError === null ? [] : [`the latest bundle was refused: ${lastError.code}, ${lastError.at}`]),
    ...(isShared ? ['another proxy reports with this ID'] : []),
  ]
  return escapeControls(parts.join('; '))
}
