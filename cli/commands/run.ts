import { resolve } from 'node:path'
import { createLog } from '../../runtime/base/log.ts'
import { exitCodeOf, type Problem, StartupError } from '../../runtime/base/startup-error.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import type { SuperviseOptions } from '../../runtime/server/supervisor/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { CONFIG, INSECURE_HTTP_ISSUER, readConfig, writeMistakes, writeSentences } from '../files/read-config.ts'
import type { Io } from '../io.ts'
import { count, paint } from '../style.ts'

export const run = defineCommand({
  name: 'run',
  summary: 'Run the proxy',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    config: CONFIG,
    check: { type: 'boolean', help: 'Check configuration, keys and bundle, and exit without opening a socket' },
    learn: { type: 'string', value: 'FILE', help: 'Record the observed routes in FILE, for `iap inventory --learned`' },
    dev: { type: 'boolean', help: 'Run for development: compile sources on save, with a built-in issuer and echo services' },
    quiet: { type: 'boolean', help: 'With --dev: do not print a line for each request' },
    'insecure-unsigned-bundle': { type: 'boolean', help: 'Accept an unsigned bundle' },
    'insecure-http-issuer': INSECURE_HTTP_ISSUER,
  },
  more: `SIGINT and SIGTERM stop the proxy after open requests have finished; a second signal stops it at once. SIGHUP reloads the
configuration and reopens the audit files.

Exit codes: 1 if the configuration, a key or the bundle is invalid; 2 if a file cannot be read, or a port is in use.`,
  async run(io, { flags }) {
    if (flags.check && flags.dev)
      throw new CliError('`--check` and `--dev` cannot be combined', 'leave out `--check`: `--dev` reports all errors itself')
    if (flags.quiet && !flags.dev) throw new CliError('`--quiet` needs `--dev`', 'leave it out, or add `--dev`')
    const file = flags.config ?? 'iap.yaml'
    const text = readConfig(io, file)
    const insecureHttpIssuer = flags['insecure-http-issuer']
    const learn = flags.learn === undefined ? null : resolve(io.cwd, flags.learn)
    const loaded = loadConfig(text, file, { dev: flags.dev, insecureHttpIssuer, learn })
    if (!loaded.ok) {
      writeMistakes(io, file, loaded.errors)
      return 1
    }
    const { config } = loaded
    const unsignedBundle = flags['insecure-unsigned-bundle']
    if (flags.check) {
      const { checkConfig } = await import('../../runtime/server/check-config.ts')
      const problems = await checkConfig(config, { unsignedBundle })
      if (problems.length > 0) return complain(io, problems)
      const good =
        config.bundle?.source.kind === 'file'
          ? 'configuration, keys and bundle are valid'
          : 'configuration and keys are valid; the bundle was not fetched'
      io.stdout.write(`${paint(io.stdout).green('✓')} ${file}: ${good}\n`)
      return 0
    }
    try {
      if (!flags.dev) return await serve(io, { file, text, config, insecureHttpIssuer, learn, unsignedBundle })
      const { runDev } = await import('../dev/session.ts')
      return await runDev(io, config, flags.quiet)
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      return complain(io, error.problems)
    }
  },
})

async function serve(io: Io, source: Omit<SuperviseOptions, 'log'>): Promise<ExitCode> {
  const { supervise } = await import('../../runtime/server/supervisor/supervise.ts')
  await supervise({ ...source, log: createLog((line) => io.stderr.write(line), io.clock) })
  return 0
}

function complain(io: Io, problems: readonly Problem[]): ExitCode {
  const sentences = problems.map(({ message }) => message)
  writeSentences(io, sentences, `the proxy did not start: ${count(problems.length, 'problem')}`)
  return exitCodeOf(problems)
}
