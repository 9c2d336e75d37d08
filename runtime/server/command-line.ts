import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { renderConfigError } from '../base/config-error.ts'
import { createLog } from '../base/log.ts'
import { exitCodeOf, type Problem, StartupError } from '../base/startup-error.ts'
import { VERSION } from '../base/version.ts'
import { loadConfig } from './config/index.ts'
import { type SuperviseOptions, supervise } from './supervisor/supervise.ts'
import { withoutCodeFromText } from './without-code-from-text.ts'

const HELP = `An identity-aware proxy that enforces a compiled policy.

Usage: node proxy.js --config FILE [--check]

  --config FILE                the configuration (YAML)
  --check                      check configuration, keys and bundle; open no socket
  --learn FILE                 write there what a policy would need, by what is asked
  --insecure-unsigned-bundle   take a bundle that nobody has signed
  --insecure-http-issuer       let issuers on other machines be http:
  --version                    print the version
  --help                       print this

Exit codes: 0 all is well, 1 the policy or the configuration has mistakes, 2 it could not be carried out
(a file that cannot be read, a port that is taken).
SIGTERM and SIGINT end it once requests under way have ended, a second one at once; SIGHUP reads the
configuration again and reopens its audit files.
`

const FLAGS = {
  config: { type: 'string' },
  check: { type: 'boolean' },
  learn: { type: 'string' },
  'insecure-unsigned-bundle': { type: 'boolean' },
  'insecure-http-issuer': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

export async function main(args: readonly string[]): Promise<number> {
  let flags: ReturnType<typeof read>
  try {
    flags = read(args)
  } catch (error) {
    return complain(2, [(error as Error).message, 'see --help'])
  }
  if (flags.help) return answer(HELP)
  if (flags.version) return answer(`${VERSION}\n`)
  if (flags.config === undefined) return complain(2, ['--config FILE is missing', 'see --help'])
  // Checking loads a bundle. Workers are always started with this flag.
  const ended = flags.check ? await withoutCodeFromText() : null
  if (ended !== null) return ended

  let text: string
  try {
    text = await readFile(flags.config, 'utf8')
  } catch (error) {
    return complain(2, [`the configuration cannot be read: ${(error as Error).message}`])
  }
  const insecureHttpIssuer = flags['insecure-http-issuer'] ?? false
  const learn = flags.learn === undefined ? null : resolve(flags.learn)
  const loaded = loadConfig(text, flags.config, { insecureHttpIssuer, learn })
  if (!loaded.ok) return complain(1, loaded.errors.map(renderConfigError))
  const unsignedBundle = flags['insecure-unsigned-bundle'] ?? false
  if (flags.check) {
    // Instantiates a bundle, which no serving process does.
    const { checkConfig } = await import('./check-config.ts')
    const problems = await checkConfig(loaded.config, { unsignedBundle })
    const isFile = loaded.config.bundle?.source.kind === 'file'
    const good = isFile
      ? 'configuration, keys and bundle are good'
      : 'configuration and keys are good; nobody is asked for the bundle'
    return problems.length === 0 ? answer(`${good}\n`) : report(problems)
  }
  return await run({ file: flags.config, text, config: loaded.config, insecureHttpIssuer, learn, unsignedBundle })
}

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values
}

async function run(options: Omit<SuperviseOptions, 'log'>): Promise<number> {
  // The reader may end first; an unhandled error would end the proxy.
  process.stderr.on('error', () => {})
  const log = createLog((line) => process.stderr.write(line))
  try {
    await supervise({ ...options, log })
    return 0
  } catch (error) {
    if (error instanceof StartupError) return report(error.problems)
    throw error
  }
}

function answer(text: string): number {
  process.stdout.write(text)
  return 0
}

function report(problems: readonly Problem[]): number {
  return complain(
    exitCodeOf(problems),
    problems.map(({ message }) => message),
  )
}

function complain(code: number, sentences: readonly string[]): number {
  for (const sentence of sentences) process.stderr.write(`iap: ${sentence}\n`)
  return code
}
