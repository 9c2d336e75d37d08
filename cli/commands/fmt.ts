import { join, relative } from 'node:path'
import { type Diagnostic, format } from '../../language/index.ts'
import { type Arguments, defineCommand, type ExitCode } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { diagnosticJson } from '../formats/json.ts'
import type { Io } from '../io.ts'
import { findSources } from '../project/find-sources.ts'
import { rewrite } from '../project/lint-paths.ts'
import { writeDiagnostics, writeJson } from '../report.ts'
import { reasonOf, Stop } from '../stop.ts'
import { count, paint } from '../style.ts'

const FLAGS = {
  check: { type: 'boolean', help: 'change nothing; exit with 1 where a file is not in canonical form' },
  stdin: { type: 'boolean', help: 'format standard input to standard output' },
  format: FORMAT,
} as const

export const fmt = defineCommand({
  name: 'fmt',
  summary: 'put policies into canonical form',
  operands: 'PATH…',
  takes: { least: 0, most: Number.POSITIVE_INFINITY },
  flags: FLAGS,
  more: 'A folder stands for every .iap file in and below it. Comments stay where they stand. A file with syntax errors is left as it is, and the exit code is 1.',
  async run(io, args) {
    return args.flags.stdin ? await formatInput(io, args) : formatFiles(io, args)
  },
})

/** What became of the files, by names as seen from the working directory. */
interface Formatted {
  readonly changed: string[]
  readonly unchanged: string[]
  /** Of those that could not be read as policies. */
  readonly diagnostics: Diagnostic[]
  readonly failed: string[]
}

function formatFiles(io: Io, { flags, operands }: Arguments<typeof FLAGS>): ExitCode {
  if (operands.length === 0) throw new Stop('`iap fmt` needs PATH…', 'usage: iap fmt PATH…; with --stdin it needs none')
  const found = findSources(io.files, io.cwd, operands)
  const result: Formatted = { changed: [], unchanged: [], diagnostics: [], failed: [] }
  for (const name of found.names) {
    const path = join(found.root, name)
    const shown = relative(io.cwd, path)
    const before = readPolicy(io, path, shown)
    const { text, diagnostics } = format({ name: shown, text: before })
    if (text === null) {
      result.failed.push(shown)
      result.diagnostics.push(...diagnostics)
    } else if (text === before) result.unchanged.push(shown)
    else {
      if (!flags.check) rewrite(io, path, text)
      result.changed.push(shown)
    }
  }
  const bad = result.failed.length > 0 || (flags.check && result.changed.length > 0)
  if (flags.format === 'json') {
    const { changed, unchanged, failed } = result
    writeJson(io.stdout, { changed, unchanged, failed, diagnostics: result.diagnostics.map(diagnosticJson) })
  } else writeResult(io, result, flags.check, bad)
  return bad ? 1 : 0
}

function readPolicy(io: Io, path: string, shown: string): string {
  try {
    const text = io.files.readText(path)
    if (text !== null) return text
  } catch (error) {
    throw new Stop(`\`${shown}\` cannot be read: ${reasonOf(error)}`)
  }
  throw new Stop(`\`${shown}\` is not there any more`)
}

function writeResult(io: Io, { changed, unchanged, diagnostics, failed }: Formatted, check: boolean, bad: boolean): void {
  writeDiagnostics(io.stdout, diagnostics)
  for (const name of changed) io.stdout.write(`${name}\n`)
  const style = paint(io.stdout)
  const all = changed.length + unchanged.length + failed.length
  const parts = [
    check ? `${count(changed.length, 'file')} of ${all} would change` : `${count(changed.length, 'file')} of ${all} formatted`,
    ...(failed.length === 0 ? [] : [`${count(failed.length, 'file')} with syntax errors left alone`]),
  ]
  io.stdout.write(`${bad ? style.red('✗') : style.green('✓')} ${parts.join(', ')}\n`)
}

/** The formatted text is all that is written to standard output. */
async function formatInput(io: Io, { flags, operands }: Arguments<typeof FLAGS>): Promise<ExitCode> {
  if (operands.length > 0) throw new Stop('`iap fmt --stdin` takes no PATH', 'give one of the two')
  if (flags.format === 'json') throw new Stop('`iap fmt --stdin` has no format but the text itself')
  const before = await io.stdin.text().catch((error: unknown) => {
    throw new Stop(`standard input cannot be read: ${reasonOf(error)}`)
  })
  const { text, diagnostics } = format({ name: '<stdin>', text: before })
  if (text === null) {
    writeDiagnostics(io.stderr, diagnostics)
    return 1
  }
  if (!flags.check) io.stdout.write(text)
  return flags.check && text !== before ? 1 : 0
}
