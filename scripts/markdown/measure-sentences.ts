import { relative, sep } from 'node:path'
import { quantile, wordsOf } from '../prose/statistics.ts'
import { findSentences } from './find-sentences.ts'
import { lintMarkdown } from './lint-markdown.ts'

/** Lengths of the sentences of a folder's Markdown, in words. */
export interface SentenceLengths {
  /** `docs/fronts`; `.` is the root. */
  readonly folder: string
  readonly sentences: number
  readonly median: number
  readonly p90: number
  /** Sentences of more than 25 words. */
  readonly long: number
}

/**
 * Measures the sentences of the Markdown that the gate checks, by folder of at most two levels, each with what is below it. The last row is `all`.
 *
 * @param root the folder of the repository
 * @throws Error if markdownlint cannot read the files
 */
export async function measureSentences(root: string): Promise<readonly SentenceLengths[]> {
  const lengths = new Map<string, number[]>()
  await lintMarkdown(root, [
    {
      names: ['measure-sentences'],
      description: 'Collects the lengths of sentences',
      tags: ['prose'],
      parser: 'micromark',
      function: ({ name, parsers }) => {
        const folders = relative(root, name).split(sep).slice(0, -1)
        const found = findSentences(parsers.micromark.tokens)
          .map(({ text }) => wordsOf(text).length)
          .filter((words) => words > 0)
        const names =
          folders.length === 0 ? ['.'] : [folders[0] as string, ...(folders.length > 1 ? [folders.slice(0, 2).join('/')] : [])]
        for (const folder of [...names, 'all']) lengths.set(folder, [...(lengths.get(folder) ?? []), ...found])
      },
    },
  ])
  const all = lengths.get('all') ?? []
  lengths.delete('all')
  return [...[...lengths].sort(([a], [b]) => (a < b ? -1 : 1)), ['all', all] as const].map(([folder, words]) => ({
    folder,
    sentences: words.length,
    median: quantile(words, 0.5),
    p90: quantile(words, 0.9),
    long: words.filter((length) => length > 25).length,
  }))
}
