import { connectionsThatFit, descriptorsFor, descriptorsOfProcess } from '../../proxy/overload/index.ts'
import type { Config } from '../config/index.ts'
import type { DoctorCheck } from './diagnosis.ts'

/** Connections of a worker below which a limit of file descriptors is a warning. */
const FEW = 1000

/** Returns the check of the limit of file descriptors (`ulimit -n`) against `limits.connections`. */
export function descriptorsCheck({ limits, listeners }: Config): DoctorCheck {
  return {
    name: 'file-descriptors',
    place: 'limits.connections',
    async run(report) {
      const descriptors = descriptorsOfProcess()
      const hasChecks = listeners.some(({ check }) => check !== null)
      const fit = connectionsThatFit(descriptors, hasChecks)
      const wanted = limits.connections
      const raise = (connections: number) =>
        `raise the limit to at least ${descriptorsFor(connections, hasChecks)} (\`LimitNOFILE=\` of systemd, \`ulimit -n\`)`
      if (wanted !== null && descriptorsFor(wanted, hasChecks) > descriptors)
        report('problem', `\`limits.connections\` is ${wanted}, but the ${descriptors} file descriptors suffice for ${fit}`, {
          advice: `${raise(wanted)}, or lower \`limits.connections\``,
        })
      else if (wanted === null && fit < FEW)
        report('warning', `the ${descriptors} file descriptors of a process suffice for ${fit} client connections`, {
          advice: raise(FEW),
        })
      else report('ok', `the file descriptors of a process suffice for ${wanted ?? fit} client connections`)
    },
  }
}
