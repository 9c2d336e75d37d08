import { join } from 'node:path'
import { nearest } from '../../language/diagnostics/suggest.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import type { Io } from '../io.ts'

/** Folders of the package with documentation, and what stands before the topics of each. */
const SHELVES = [
  { folder: ['docs'], prefix: '' },
  { folder: ['docs', 'errors'], prefix: 'errors/' },
  { folder: ['docs', 'fronts'], prefix: 'fronts/' },
  { folder: ['spec', 'language'], prefix: 'language/' },
] as const

export const docs = defineCommand({
  name: 'docs',
  summary: 'Print a page of the documentation, or list its topics',
  operands: '[TOPIC]',
  takes: { least: 0, most: 1 },
  flags: {},
  more: `The pages are Markdown, and of the version of iap that prints them. Topics that begin with \`language/\` are the language
reference; those that begin with \`errors/\` are the codes of refusals.

  iap docs configuration
  iap docs language/rules`,
  async run(io, { operands: [topic] }) {
    const topics = topicsOf(io)
    if (topics.size === 0)
      throw new CliError('the documentation is not installed beside this program', 'it is part of the npm package `iap-proxy`')
    if (topic === undefined) {
      io.stdout.write([...topics.keys()].map((name) => `${name}\n`).join(''))
      return 0
    }
    const path = topics.get(topic)
    const text = path === undefined ? null : io.files.readText(path)
    if (text === null) {
      const near = nearest(topic, [...topics.keys()])
      const help = near === null ? '`iap docs` lists the topics' : `did you mean \`${near}\`? \`iap docs\` lists the topics`
      throw new CliError(`there is no page about \`${topic}\``, help)
    }
    io.stdout.write(text)
    return 0
  },
})

/** Returns the paths of pages by topic: those of the package, whose folder is the parent of the program's. */
function topicsOf(io: Io): ReadonlyMap<string, string> {
  const found: (readonly [string, string])[] = []
  for (const { folder, prefix } of SHELVES) {
    const path = join(io.home, '..', ...folder)
    if (io.files.kind(path) !== 'folder') continue
    for (const { name, kind } of io.files.list(path)) {
      if (kind === 'file' && name.endsWith('.md')) found.push([prefix + name.slice(0, -'.md'.length), join(path, name)])
    }
  }
  return new Map(found)
}
