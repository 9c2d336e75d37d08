import { CliError } from '../cli-error.ts'
import type { Flags } from '../command.ts'
import { checkOutputs, type NamedFile, writeOutput } from '../files/write-output.ts'
import type { Io, Output } from '../io.ts'

/** A result in one format. */
export interface RequestedReport<F extends string> {
  readonly format: F
  /** The path of the file; null for standard output. */
  readonly file: string | null
}

/** Returns the flags of a command that writes its result in several formats, the first of which is the default. */
export function reportFlags(formats: readonly string[], help: string) {
  return {
    format: { type: 'string', value: formats.join('|'), oneOf: formats, help: `${help} (default: ${formats[0]})` },
    output: {
      type: 'string',
      multiple: true,
      value: 'FORMAT=FILE',
      help: 'Also write to FILE in this format; repeat it for more files',
    },
  } as const satisfies Flags
}

/**
 * Returns the reports that `--format` and `--output` request, the one on standard output first.
 *
 * @param others the other files that the command writes
 * @throws CliError if an `--output` has no known format, no file, the name of a policy, or the file of another output
 */
export function readReports<F extends string>(
  io: Pick<Io, 'cwd' | 'files'>,
  formats: readonly F[],
  flags: { readonly format: string | undefined; readonly output: readonly string[] },
  others: readonly NamedFile[] = [],
): readonly RequestedReport<F>[] {
  const isFormat = (name: string): name is F => formats.some((format) => format === name)
  const files = flags.output.map((text) => {
    const at = text.indexOf('=')
    const [format, file] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
    if (at < 0 || file === '')
      throw new CliError(`\`--output\` must be FORMAT=FILE, got \`${text}\``, `write \`--output ${formats.at(-1)}=FILE\``)
    if (!isFormat(format)) throw new CliError(`\`--output\` has no format \`${format}\``, `it is one of ${formats.join(', ')}`)
    return { format, file }
  })
  checkOutputs(io, [...files.map(({ file }) => ({ path: file, by: '--output' })), ...others])
  const { format = formats[0] as F } = flags
  return [{ format: format as F, file: null }, ...files]
}

/** Writes each report by the writer of its format. */
export function writeReports<F extends string>(
  io: Io,
  reports: readonly RequestedReport<F>[],
  writers: Readonly<Record<F, (output: Output) => void>>,
): void {
  for (const { format, file } of reports) {
    if (file === null) writers[format](io.stdout)
    else {
      const output = collected()
      writers[format](output)
      writeOutput(io, file, output.text())
    }
  }
}

function collected(): Output & { text(): string } {
  const parts: string[] = []
  return { write: (text) => parts.push(text), text: () => parts.join(''), gone: false, color: false, terminal: false }
}
