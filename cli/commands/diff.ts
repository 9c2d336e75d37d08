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
  summary: 'what a change of a policy changes, for whom',
  operands: 'OLD NEW',
  takes: { least: 2, most: 2 },
  flags: {
    'forbid-more-permissive': {
      type: 'boolean',
      help: 'exit with 1 where something is permitted that was not, or nobody can tell',
    },
    format: {
      type: 'string',
      value: 'text|markdown|json',
      oneOf: ['text', 'markdown', 'json'],
      help: 'for people (default), for a comment on a pull request, or for programs',
    },
    key: KEY,
  },
  more: `OLD and NEW are a file or folder, a bundle, or a revision that \`git\` knows: \`main:policies\`, or \`HEAD~1\`, of \
which the folder is that of the
other one. All requests are compared, not some: of each route and each kind of caller it says whether NEW permits more, less, \
both or the same
with another reason or obligation, and shows it by a request. What cannot be told is \`unknown\`, with the expression, and \
never the same.

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
