import { join, relative, resolve } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import type { Io } from '../io.ts'
import { paint } from '../style.ts'

export const init = defineCommand({
  name: 'init',
  summary: 'Create a working project: policy, tests, configuration and CI script',
  operands: '[DIR]',
  takes: { least: 0, most: 1 },
  flags: {},
  more: 'The files are written to DIR (default: the current folder). Existing files are not overwritten.',
  async run(io, { operands }) {
    const target = operands[0] ?? '.'
    const folder = resolve(io.cwd, target)
    const files = templateFiles(io)
    const there = files.filter((file) => io.files.kind(join(folder, file.path)) !== null)
    if (there.length > 0) {
      throw new CliError(
        `\`${join(target, there[0]?.path ?? '')}\` already exists`,
        'nothing was written; give a new folder: `iap init demo`',
      )
    }
    const style = paint(io.stdout)
    for (const { path, bytes } of files) {
      try {
        // Scripts must be executable.
        io.files.create(join(folder, path), bytes, path.endsWith('.sh') ? 0o755 : 0o644)
      } catch (error) {
        throw new CliError(`\`${join(target, path)}\` cannot be written: ${reasonOf(error)}`)
      }
      io.stdout.write(`${style.green('+')} ${join(target, path)}\n`)
    }
    const enter = folder === io.cwd ? '' : `  cd ${relative(io.cwd, folder)}\n`
    io.stderr.write(`\nnext:\n${enter}  iap test policies\n  iap run --dev\n`)
    return 0
  },
})

/** Sorted by path. npm would omit a `.gitignore` from the package, so its template has no dot. */
function templateFiles(io: Io): readonly { readonly path: string; readonly bytes: Uint8Array }[] {
  const root = join(io.home, 'templates', 'default')
  const found: { path: string; bytes: Uint8Array }[] = []
  const visit = (folder: string): void => {
    for (const { name, kind } of io.files.list(folder)) {
      const path = join(folder, name)
      if (kind === 'folder') visit(path)
      else
        found.push({
          path: relative(root, path).replace(/^gitignore$/, '.gitignore'),
          bytes: io.files.readBytes(path) as Uint8Array,
        })
    }
  }
  visit(root)
  return found
}
