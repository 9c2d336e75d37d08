import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { renderConfigError } from '../base/config-error.ts'
import { readRegular } from '../base/files/read-regular.ts'
import { createLog } from '../base/log.ts'
import { exitCodeOf, type Problem, StartupError } from '../base/startup-error.ts'
import { VERSION } from '../base/version.ts'
import { loadConfig } from './config/index.ts'
import { type SuperviseOptions, supervise } from './supervisor/supervise.ts'
import { withoutCodeFromText } from './without-code-from-text.ts'

const HELP = `Enforce a compiled policy as an identity-aware proxy.

Usage: node proxy.js --config FILE [--check]

  --config FILE                Configuration in YAML (required)
  --check                      Check configuration, keys and bundle, and exit without opening a socket
  --learn FILE                 Record the observed routes in FILE, for \`iap inventory --learned\`
  --insecure-unsigned-bundle   Accept an unsigned bundle
  --insecure-http-issuer       Allow http: URLs for issuers on other machines
  --version                    Print the version
  --help                       Print this help

SIGINT and SIGTERM stop the proxy after open requests have finished; a second signal stops it at
once. SIGHUP reloads the configuration and reopens the audit files.

Exit codes: 0 success; 1 the configuration, a key or the bundle is invalid; 2 the proxy could not
start, because a file cannot be read or a port is in use.
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
    text = (await readRegular(flags.config)).toString()
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
      ? 'configuration, keys and bundle are valid'
      : 'configuration and keys are valid; the bundle was not fetched'
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
