import { content, type Problem } from '../../base/startup-error.ts'

/** The first one that whoever starts a program by this protocol hands over (sd_listen_fds(3)). */
const FIRST = 3
const MOST = 1024

export interface Inherited {
  readonly fd: number
  /** `LISTEN_FDNAMES`; `unknown` where it has none. */
  readonly name: string
}

type Environment = Record<string, string | undefined>

/**
 * Sockets that this process was started with, by the protocol of systemd's socket activation. They are for the process whose
 * number stands in `LISTEN_PID` alone. Takes its variables out of the environment, so that no child believes them to be its own.
 */
export function inheritedSockets(env: Environment, pid: number): { sockets: readonly Inherited[]; problems: readonly Problem[] } {
  const { LISTEN_PID: whose, LISTEN_FDS: many, LISTEN_FDNAMES: names } = env
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name]
  if (many === undefined || whose !== String(pid)) return { sockets: [], problems: [] }
  const count = /^\d{1,4}$/.test(many) ? Number(many) : Number.NaN
  if (!(count <= MOST))
    return { sockets: [], problems: [content(`\`LISTEN_FDS\` is \`${many}\`, which is no number up to ${MOST}`)] }
  const list = names === undefined || names === '' ? [] : names.split(':')
  if (list.length > 0 && list.length !== count)
    return { sockets: [], problems: [content(`\`LISTEN_FDNAMES\` has ${list.length} names, and \`LISTEN_FDS\` is ${count}`)] }
  return { sockets: Array.from({ length: count }, (_, i) => ({ fd: FIRST + i, name: list[i] ?? 'unknown' })), problems: [] }
}
