import { escapeControls } from '../../runtime/base/log.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import type { Diagnosis, Verdict } from '../../runtime/server/doctor/index.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { CONFIG, INSECURE_HTTP_ISSUER, readConfig } from '../files/read-config.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'
import { TIMEOUT, timeoutOf } from '../timeout.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check a configuration against its environment',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    config: CONFIG,
    format: FORMAT,
    timeout: TIMEOUT,
    'insecure-http-issuer': INSECURE_HTTP_ISSUER,
  },
  more: `The command does what \`iap run --check\` does, and also contacts the servers that the configuration names: issuers
with their keys and token endpoints, the server of bundles, Redis, and services. It compares certificates with the hosts of
the policy, clocks with those of issuers, and limits with those of the machine. All checks run in parallel. Each result names
the cause and what to change.

It listens nowhere. It exchanges a code and introspects a token that were never issued, writes an empty file into each
folder of state and a key into each Redis, and removes both.

Run it on the machine, as the user and in the environment of the proxy.

Exit codes: 1 if there is a problem; warnings are no problem.`,
  async run(io, { flags }) {
    const timeout = timeoutOf(flags.timeout)
    const file = flags.config ?? 'iap.yaml'
    const loaded = loadConfig(readConfig(io, file), file, { insecureHttpIssuer: flags['insecure-http-issuer'] })
    if (!loaded.ok) {
      const errors = loaded.errors.map(({ line, column, message }): Diagnosis => {
        const place = `${file}:${line}:${column}`
        return { check: 'configuration', place, result: 'problem', message, advice: 'correct the configuration there' }
      })
      return write(io, file, errors, flags.format)
    }
    const { diagnose } = await import('../../runtime/server/doctor/index.ts')
    const valid: Diagnosis = {
      ...{ check: 'configuration', place: file, result: 'ok' },
      ...{ message: 'the configuration is valid', advice: null },
    }
    const found = await diagnose(loaded.config, { clock: io.clock, timeout })
    return write(io, file, [valid, ...found], flags.format)
  },
})

function write(io: Io, file: string, found: readonly Diagnosis[], format: string | undefined): ExitCode {
  const number = (wanted: Verdict) => found.filter(({ result }) => result === wanted).length
  const [problems, warnings] = [number('problem'), number('warning')]
  if (format === 'json') writeJson(io.stdout, { ok: problems === 0, file, problems, warnings, checks: found })
  else writeText(io, file, found, problems, warnings)
  return problems === 0 ? 0 : 1
}

/** Messages may quote what servers have sent. */
function writeText(io: Io, file: string, found: readonly Diagnosis[], problems: number, warnings: number): void {
  const style = paint(io.stdout)
  const marks: Readonly<Record<Verdict, string>> = {
    ok: style.green('✓'),
    warning: style.yellow('!'),
    problem: style.red('✗'),
    skipped: style.dim('-'),
  }
  for (const { place, result, message, advice } of found) {
    io.stdout.write(`${marks[result]} ${style.bold(escapeControls(place))}: ${escapeControls(message)}\n`)
    if (advice !== null) io.stdout.write(`    ${style.cyan('change')}: ${escapeControls(advice)}\n`)
  }
  const mark = problems === 0 ? marks.ok : marks.problem
  io.stdout.write(
    `${mark} ${file}: ${count(problems, 'problem')}, ${count(warnings, 'warning')} in ${count(found.length, 'check')}\n`,
  )
}
