import { escapeControls } from '../../runtime/index.ts'
import { ABOUT_TOKEN, ADMIN, type AdminReply, askAdmin } from '../admin-client.ts'
import { type Command, defineCommand, type ExitCode } from '../command.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { paint } from '../style.ts'

/** As `GET /v1/rollout` has it. */
interface Rollout {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    readonly since: string
    readonly origin: string
  } | null
  readonly held: string | null
  readonly lastError: { readonly code: string; readonly message: string; readonly at: string } | null
  readonly confirmed: string | null
  readonly stale: boolean
  readonly expires: string | null
  readonly expired: boolean
  readonly activations: number
}

export const rolloutStatus = asking('status', 'which policy decides, and what has become of the last one', ['GET', '/v1/rollout'])
export const rolloutLook = asking('look', 'have the proxy look now whether there is another bundle', ['POST', '/v1/rollout/look'])
export const rolloutRollback = asking(
  'rollback',
  'let the policy before this one decide again',
  ['POST', '/v1/rollout/rollback'],
  'The one that is gone back from is not taken again, also after a restart, until `iap rollout release`, or another bundle comes.\n\n',
)
export const rolloutRelease = asking('release', 'let what was gone back from be taken again', ['POST', '/v1/rollout/release'])

function asking(name: string, summary: string, [method, path]: readonly [string, string], more = ''): Command {
  return defineCommand({
    name: `rollout ${name}`,
    summary,
    operands: '',
    takes: { least: 0, most: 0 },
    flags: { admin: ADMIN, format: FORMAT },
    more: `${more}${ABOUT_TOKEN}`,
    run: async (io, { flags }) => write(io, flags.format === 'json', await askAdmin(io, flags.admin, method, path)),
  }) as unknown as Command
}

function write(io: Io, asJson: boolean, { status, body }: AdminReply): ExitCode {
  const code = status < 300 ? 0 : 1
  if (asJson) {
    writeJson(io.stdout, code === 0 ? { ok: true, ...body } : { ok: false, problem: body.detail ?? null })
    return code
  }
  const style = paint(io.stdout)
  if (code === 1) {
    io.stdout.write(`${style.red('✗')} ${escapeControls(String(body.detail))}\n`)
    return 1
  }
  const { active, held, lastError, confirmed, stale, expires, expired } = body as unknown as Rollout
  if (active === null) io.stdout.write('no policy decides\n')
  else {
    const { revision, sequence, since, origin } = active
    io.stdout.write(`${style.bold(revision)}\n  sequence ${sequence}, since ${since}, ${ORIGINS[origin] ?? origin}\n`)
  }
  if (held !== null) io.stdout.write(`  held: ${held}\n`)
  if (lastError !== null)
    io.stdout.write(`  ${style.red('✗')} ${lastError.code}, ${lastError.at}: ${escapeControls(lastError.message)}\n`)
  if (confirmed !== null) io.stdout.write(`  the source was there last ${confirmed}${stale ? ': that is too long ago' : ''}\n`)
  if (expires !== null) io.stdout.write(`  it counts until ${expires}${expired ? ': that is over' : ''}\n`)
  return 0
}

const ORIGINS: Readonly<Record<string, string>> = {
  source: 'from its source',
  'last-good': 'the last good one: the source has not given one since the start',
  rollback: 'gone back to',
}
