import { AssertionStateError } from '../../runtime/identity/index.ts'
import { escapeControls, StartupError, type Tried, selfTest as tryService } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { CONFIG, readConfig, writeMistakes, writeSentences } from '../files/read-config.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

export const selfTest = defineCommand({
  name: 'self-test',
  summary: 'Check whether a service verifies the assertion',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    config: CONFIG,
    service: {
      type: 'string',
      short: 's',
      value: 'NAME',
      help: 'Service to test, from `services` in the configuration (required)',
    },
    path: {
      type: 'string',
      value: '/PATH',
      help: 'Path to request with GET, open to authenticated callers only (default: /)',
    },
    host: { type: 'string', value: 'HOST', help: '`Host` header of the requests (default: that of each upstream)' },
    format: FORMAT,
  },
  more: `The command requests the path from each upstream of the service: with a valid assertion, without one, and with
assertions that have expired, are not valid yet, are for another service, or are badly signed. The service must answer the
valid one with a status below 500 other than 401 and 403, and the others with 401 or 403.

The assertions have the identity \`self-test\`, which no policy declares, and are signed with the key in
\`assertion.state\`. Run the command as the same user as the proxy, while the proxy runs: the service gets its keys from the
proxy.

Exit codes: 1 if the service accepts an invalid assertion or refuses the valid one; 2 if it cannot be reached.

  iap self-test --config iap.yaml --service orders --path /orders`,
  async run(io, { flags }) {
    const file = flags.config ?? 'iap.yaml'
    const { service, path = '/', host = null } = flags
    if (service === undefined)
      throw new CliError('`iap self-test` needs `--service NAME`', 'name one of `services` in the configuration')
    if (!/^\/[!-"$-~]*$/.test(path))
      throw new CliError(`\`${path}\` is not a valid path`, 'write it as in a request: `/orders?page=2`')
    if (host !== null && !/^[A-Za-z0-9._-]+(?::\d+)?$/.test(host))
      throw new CliError(`\`${host}\` is not a valid host`, 'write it as in a Host header: `orders.example:8443`')
    // The proxy checks settings other than services and assertions.
    const loaded = loadConfig(readConfig(io, file), file, { dev: true, insecureHttpIssuer: true })
    if (!loaded.ok) {
      writeMistakes(io, file, loaded.errors)
      return 1
    }
    const { config } = loaded
    if (config.services[service] === undefined)
      throw new CliError(`\`services\` has no \`${service}\``, `it has ${Object.keys(config.services).join(', ') || 'none'}`)
    if (config.assertion.state === null || io.files.kind(config.assertion.state) !== 'folder')
      throw new CliError(
        'the signing keys of the proxy are not on disk',
        'set `assertion.state` to a folder, and start the proxy',
      )
    try {
      const tried = await tryService(config, { service, path, host, clock: io.clock })
      return flags.format === 'json' ? writeTriedJson(io, service, path, tried) : writeTried(io, service, path, tried)
    } catch (error) {
      if (error instanceof AssertionStateError) throw new CliError(error.message)
      if (!(error instanceof StartupError)) throw error
      const sentences = error.problems.map(({ message }) => message)
      writeSentences(io, sentences, `the service was not tested: ${count(sentences.length, 'problem')}`)
      return 2
    }
  },
})

/** Attempts that could not run count only if nothing else fails. */
function exitCodeOf(tried: readonly Tried[]): ExitCode {
  const failed = tried.filter(({ ok }) => !ok)
  if (failed.length === 0) return 0
  return failed.every(({ status }) => status === null) ? 2 : 1
}

function writeTriedJson(io: Io, service: string, path: string, tried: readonly Tried[]): ExitCode {
  writeJson(io.stdout, { ok: tried.every(({ ok }) => ok), service, path, cases: tried })
  return exitCodeOf(tried)
}

function writeTried(io: Io, service: string, path: string, tried: readonly Tried[]): ExitCode {
  const style = paint(io.stdout)
  const width = Math.max(...tried.map(({ case: name }) => name.length))
  for (const upstream of new Set(tried.map((one) => one.upstream))) {
    io.stdout.write(`${style.bold(service)} at ${upstream}, GET ${path}\n`)
    for (const one of tried.filter((each) => each.upstream === upstream)) {
      const mark = one.ok ? style.green('✓') : style.red('✗')
      const answer = one.status === null ? `no answer: ${escapeControls(one.problem ?? '')}` : `${one.status}`
      const wanted = one.ok ? one.expected : `should be ${one.expected}`
      io.stdout.write(`  ${mark} ${one.case.padEnd(width)}  ${answer}  ${style.dim(wanted)}\n`)
    }
  }
  const failed = tried.filter(({ ok }) => !ok)
  io.stdout.write(`${failed.length === 0 ? style.green('✓') : style.red('✗')} ${service} ${summaryOf(failed)}\n`)
  return exitCodeOf(tried)
}

function summaryOf(failed: readonly Tried[]): string {
  if (failed.length === 0) return 'verifies the assertion'
  if (exitCodeOf(failed) === 2) return 'could not be reached'
  return `does not verify the assertion correctly: ${[...new Set(failed.map((one) => one.case))].join(', ')}`
}
