import { setTimeout } from 'node:timers/promises'
import { escapeControls } from '../../runtime/index.ts'
import { ABOUT_TOKEN, ADMIN, type AdminReply, askAdmin } from '../admin-client.ts'
import { CliError } from '../cli-error.ts'
import { type Command, defineCommand, type ExitCode } from '../command.ts'
import { readBundleFile } from '../files/read-file.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { awaitedOf, MOST_UNSEEN, outcomeOf } from '../rollout/outcome-of.ts'
import type { RolloutReply } from '../rollout/rollout-reply.ts'
import { showRollout } from '../rollout/show-rollout.ts'
import { paint } from '../style.ts'

const FLAGS = { admin: ADMIN, format: FORMAT } as const

const rolloutStatus = defineCommand({
  name: 'rollout status',
  summary: 'Show the deciding policy, the candidate and the outcome of the last one',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    ...FLAGS,
    wait: {
      type: 'boolean',
      help:
        'Wait until the current candidate decides all requests, or needs an operator to promote it; exit with 1 ' +
        'if neither happens',
    },
    revision: {
      type: 'string',
      value: 'REVISION',
      help: 'With --wait: wait for the policy with this revision, which must appear within a minute',
    },
  },
  more: ABOUT_TOKEN,
  async run(io, { flags }) {
    const ask = () => askAdmin(io, flags.admin, 'GET', '/v1/rollout')
    const isJson = flags.format === 'json'
    if (!flags.wait) return write(io, isJson, await ask())
    let reply = await ask()
    const awaited = awaitedOf(bodyOf(reply), flags.revision ?? null)
    let outcome = reply.status < 300 ? outcomeOf(bodyOf(reply), awaited) : 'not'
    for (let unseen = 0; outcome === 'under-way' || (outcome === 'unseen' && unseen < MOST_UNSEEN); ) {
      if (outcome === 'unseen') unseen++
      await pause(io)
      reply = await ask()
      outcome = reply.status < 300 ? outcomeOf(bodyOf(reply), awaited) : 'not'
    }
    return Math.max(write(io, isJson, reply), outcome === 'well' ? 0 : 1) as ExitCode
  },
}) as unknown as Command

const rolloutShadow = defineCommand({
  name: 'rollout shadow',
  summary: 'Make a bundle the candidate, and compare it with the deciding policy',
  operands: '[BUNDLE]',
  takes: { least: 0, most: 1 },
  flags: FLAGS,
  more: `Without BUNDLE, the current candidate stops deciding and is only compared, until an operator sets something else. A
given bundle goes through the steps in the configuration.\n\n${ABOUT_TOKEN}`,
  async run(io, { flags, operands: [file] }) {
    const body = file === undefined ? null : { file: readBundleFile(io, file) }
    return write(io, flags.format === 'json', await askAdmin(io, flags.admin, 'POST', '/v1/rollout/shadow', body))
  },
}) as unknown as Command

const rolloutCanary = defineCommand({
  name: 'rollout canary',
  summary: 'Let the candidate decide for a share of subjects',
  operands: 'PERCENT',
  takes: { least: 1, most: 1 },
  flags: {
    service: { type: 'string', multiple: true, value: 'NAME', help: 'Only for requests to this service' },
    label: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'Only for requests to services whose routes all have this label',
    },
    ...FLAGS,
  },
  more: `PERCENT is from 0.01 to 100. The share stays until an operator sets another one, or uses \`promote\` or
\`rollback\`. Automatic rollback stays active.\n\n${ABOUT_TOKEN}\n\n  iap rollout canary 10 --service orders`,
  async run(io, { flags, operands: [text = ''] }) {
    const json = { percent: percentIn(text), services: flags.service, labels: flags.label }
    return write(io, flags.format === 'json', await askAdmin(io, flags.admin, 'POST', '/v1/rollout/canary', { json }))
  },
}) as unknown as Command

const rolloutPromote = defineCommand({
  name: 'rollout promote',
  summary: 'Let the candidate decide all requests',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: { early: { type: 'boolean', help: 'Promote even if the candidate has not passed all steps' }, ...FLAGS },
  more: ABOUT_TOKEN,
  async run(io, { flags: { early, admin, format } }) {
    return write(io, format === 'json', await askAdmin(io, admin, 'POST', '/v1/rollout/promote', { json: { early } }))
  },
}) as unknown as Command

const rolloutRefresh = asking('refresh', 'Ask the source of the policy for a new bundle now', '/v1/rollout/refresh')

const rolloutRollback = defineCommand({
  name: 'rollout rollback',
  summary: 'End the candidate, or return to the previous policy if there is none',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    candidate: { type: 'boolean', help: 'Only end the candidate; never return to the previous policy' },
    ...FLAGS,
  },
  more: `A rolled-back policy is not deployed again, even after a restart, until \`iap rollout release\` or until another bundle
arrives.\n\n${ABOUT_TOKEN}`,
  async run(io, { flags: { candidate, admin, format } }) {
    return write(io, format === 'json', await askAdmin(io, admin, 'POST', '/v1/rollout/rollback', { json: { candidate } }))
  },
}) as unknown as Command

const rolloutRelease = asking('release', 'Allow a rolled-back policy to be deployed again', '/v1/rollout/release')

/** In the order in which the help lists them. */
export const rolloutCommands: readonly Command[] = [
  rolloutStatus,
  rolloutRefresh,
  rolloutShadow,
  rolloutCanary,
  rolloutPromote,
  rolloutRollback,
  rolloutRelease,
]

function asking(name: string, summary: string, path: string): Command {
  return defineCommand({
    name: `rollout ${name}`,
    summary,
    operands: '',
    takes: { least: 0, most: 0 },
    flags: FLAGS,
    more: ABOUT_TOKEN,
    run: async (io, { flags }) => write(io, flags.format === 'json', await askAdmin(io, flags.admin, 'POST', path)),
  }) as unknown as Command
}

/** Parses `10` or `10%`. */
function percentIn(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,2})?%?$/.test(text) ? Number.parseFloat(text) : 0
  if (value < 0.01 || value > 100)
    throw new CliError(`\`${text}\` is not a percentage from 0.01 to 100`, 'for no share at all, use `iap rollout shadow`')
  return value
}

function bodyOf({ body }: AdminReply): RolloutReply {
  return body as unknown as RolloutReply
}

/** In milliseconds. */
const PAUSE = 1000

async function pause(io: Io): Promise<void> {
  const interruption = io.interruption()
  await setTimeout(PAUSE, null, { signal: interruption }).catch(() => {})
  if (interruption.aborted) throw new CliError('interrupted: the rollout continues; `iap rollout status` shows it')
}

function write(io: Io, asJson: boolean, { status, body }: AdminReply): ExitCode {
  const code = status < 300 ? 0 : 1
  if (asJson) writeJson(io.stdout, code === 0 ? { ok: true, ...body } : { ok: false, problem: body.detail ?? null })
  else if (code === 1) io.stdout.write(`${paint(io.stdout).red('✗')} ${escapeControls(String(body.detail))}\n`)
  else showRollout(io.stdout, body as unknown as RolloutReply)
  return code
}
