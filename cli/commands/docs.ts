import { join } from 'node:path'
import { nearest } from '../../language/diagnostics/suggest.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import type { Io } from '../io.ts'

/** Folders of the package with documentation, and what stands before the topics of each. */
const SHELVES = [
  { folder: ['docs'], prefix: '' },
  { folder: ['spec', 'language'], prefix: 'language/' },
] as const

export const docs = defineCommand({
  name: 'docs',
  summary: 'Print a page of the documentation, or list its topics',
  operands: '[TOPIC]',
  takes: { least: 0, most: 1 },
  flags: {},
  more: `The pages are Markdown, and belong to the version of iap that prints them. A topic is the path of a page. The end of the
path is enough if no other page has the same. Topics that begin with \`language/\` are the language reference.

  iap docs configuration
  iap docs errors/denied
  iap docs language/rules`,
  async run(io, { operands: [topic] }) {
    const topics = topicsOf(io)
    if (topics.size === 0)
      throw new CliError('the documentation is not installed beside this program', 'it is part of the npm package `iap-proxy`')
    if (topic === undefined) {
      io.stdout.write([...topics.keys()].map((name) => `${name}\n`).join(''))
      return 0
    }
    const meant = topics.has(topic) ? [topic] : [...topics.keys()].filter((name) => name.endsWith(`/${topic}`))
    if (meant.length > 1)
      throw new CliError(`${meant.length} pages end with \`${topic}\``, `one of ${meant.map((name) => `\`${name}\``).join(', ')}`)
    const path = topics.get(meant[0] ?? '')
    const text = path === undefined ? null : io.files.readText(path)
    if (text === null) {
      const near = nearestTopic(topic, [...topics.keys()])
      const help = near === null ? '`iap docs` lists the topics' : `did you mean \`${near}\`? \`iap docs\` lists the topics`
      throw new CliError(`there is no page about \`${topic}\``, help)
    }
    io.stdout.write(text)
    return 0
  },
})

/** Returns the paths of pages by topic: those of the package, whose folder is the parent of the program's. */
function topicsOf(io: Io): ReadonlyMap<string, string> {
  const pages = SHELVES.flatMap(({ folder, prefix }) => pagesOf(io, join(io.home, '..', ...folder), prefix))
  return new Map(pages)
}

/** Returns the pages of a folder and of those in it, but not the decisions of the project, each as topic and path. */
function pagesOf(io: Io, folder: string, prefix: string): readonly (readonly [string, string])[] {
  if (io.files.kind(folder) !== 'folder') return []
  return io.files.list(folder).flatMap(({ name, kind }): readonly (readonly [string, string])[] => {
    const path = join(folder, name)
    if (kind === 'folder') return name === 'decisions' ? [] : pagesOf(io, path, `${prefix}${name}/`)
    return kind === 'file' && name.endsWith('.md') ? [[prefix + name.slice(0, -'.md'.length), path]] : []
  })
}

/** Returns the topic, or the last name of one, that is spelled nearly like `topic`; null if none is. */
function nearestTopic(topic: string, topics: readonly string[]): string | null {
  return nearest(topic, [...topics, ...topics.map((name) => name.slice(name.lastIndexOf('/') + 1))])
}
