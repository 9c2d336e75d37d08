import { difference } from '../../analysis/diff/index.ts'
import { defineCommand } from '../command.ts'
import { differenceJson } from '../diff/difference-json.ts'
import { differenceMarkdown } from '../diff/difference-markdown.ts'
import { readVersion } from '../diff/read-version.ts'
import { showDifference } from '../diff/show-difference.ts'
import { KEY } from '../flags.ts'
import { writeJson } from '../report.ts'
import { paint } from '../style.ts'

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what a policy change permits or refuses, and for whom',
  operands: 'OLD NEW',
  takes: { least: 2, most: 2 },
  flags: {
    'forbid-more-permissive': {
      type: 'boolean',
      help: 'Exit with 1 if NEW permits something that OLD does not, or might',
    },
    format: {
      type: 'string',
      value: 'text|markdown|json',
      oneOf: ['text', 'markdown', 'json'],
      help: 'Write for people, for a pull request comment, or for programs (default: text)',
    },
    key: KEY,
  },
  more: `OLD and NEW are each a file, a folder, a bundle or a Git revision with a path, such as \`main:policies\`. A revision
alone, such as \`HEAD~1\`, uses the path of the other operand. The comparison covers all requests, not samples. For each route and
kind of caller it reports whether NEW permits more, less, both, or the same with another reason or obligation, and shows a request
as an example. A difference that cannot be analyzed is reported as \`unknown\`, with the expression.

Exit code 1: OLD or NEW has errors, or --forbid-more-permissive applies.

  iap diff main:policies policies
  iap diff HEAD~1 policies --forbid-more-permissive --format markdown`,
  async run(io, { flags, operands }) {
    const [old, young] = operands as readonly [string, string]
    const before = await readVersion(io, old, young, flags.key)
    const after = await readVersion(io, young, old, flags.key)
    if (before === null || after === null) return 1
    const found = difference(before, after)
    if (flags.format === 'json') writeJson(io.stdout, differenceJson(found))
    else if (flags.format === 'markdown') io.stdout.write(differenceMarkdown(found, old, young))
    else io.stdout.write(showDifference(found, paint(io.stdout)))
    const more = found.changes.filter(({ mayPermitMore }) => mayPermitMore).length
    if (!flags['forbid-more-permissive'] || more === 0) return 0
    io.stderr.write(
      `--forbid-more-permissive: ${more === 1 ? 'a change permits' : `${more} changes permit`} more, or may do so\n`,
    )
    return 1
  },
})
