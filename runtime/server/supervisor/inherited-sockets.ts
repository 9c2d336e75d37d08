import { content, type Problem } from '../../base/startup-error.ts'

/** The first inherited file descriptor (sd_listen_fds(3)). */
const FIRST = 3
const MOST = 1024

export interface Inherited {
  readonly fd: number
  /** Name from the environment variable `LISTEN_FDNAMES`; `unknown` by default. */
  readonly name: string
}

type Environment = Record<string, string | undefined>

/**
 * Returns the sockets passed by systemd (sd_listen_fds(3)), if `LISTEN_PID` is the ID of this process. Removes the environment
 * variables, so that child processes do not use the sockets.
 */
export function inheritedSockets(env: Environment, pid: number): { sockets: readonly Inherited[]; problems: readonly Problem[] } {
  const { LISTEN_PID: whose, LISTEN_FDS: many, LISTEN_FDNAMES: names } = env
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name]
  if (many === undefined || whose !== String(pid)) return { sockets: [], problems: [] }
  const count = /^\d{1,4}$/.test(many) ? Number(many) : Number.NaN
  if (!(count <= MOST))
    return { sockets: [], problems: [content(`\`LISTEN_FDS\` is \`${many}\`, and must be a number up to ${MOST}`)] }
  const list = names === undefined || names === '' ? [] : names.split(':')
  if (list.length > 0 && list.length !== count)
    return { sockets: [], problems: [content(`\`LISTEN_FDNAMES\` has ${list.length} names, and \`LISTEN_FDS\` is ${count}`)] }
  return { sockets: Array.from({ length: count }, (_, i) => ({ fd: FIRST + i, name: list[i] ?? 'unknown' })), problems: [] }
}
