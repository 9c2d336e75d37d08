import { type Counts, countNames } from '../baseline/counts.ts'
import type { UnknownWord } from './find-unknown-words.ts'

/** The words that are accepted although cspell's dictionaries do not have them. */
export interface WordLists {
  /** Terms of the field and of the project: accepted everywhere. */
  readonly project: readonly string[]
  /** Misspellings for suggestions, names and random characters: accepted in files that hold samples. */
  readonly sample: readonly string[]
}

/** What the uses of unknown words say of the lists. */
export interface WordReport {
  /** Uses that no list accepts. */
  readonly rejected: readonly UnknownWord[]
  /** How often each rejected word is used, by its key. */
  readonly counts: Counts
  /** The lists without the words that nothing uses, each word once, sorted. */
  readonly tidied: WordLists
}

/** Compares the uses of words that cspell does not know with the lists. `holdsSamples` says for which files the sample words are accepted. */
export function checkWords(
  uses: readonly UnknownWord[],
  { project, sample }: WordLists,
  holdsSamples: (file: string) => boolean,
): WordReport {
  const projectKeys = new Set(project.map(keyOf))
  const sampleKeys = new Set(sample.map(keyOf))
  const usedOfProject = new Set<string>()
  const usedOfSample = new Set<string>()
  const rejected: UnknownWord[] = []
  for (const use of uses) {
    const key = keyOf(use.word)
    if (projectKeys.has(key)) usedOfProject.add(key)
    else if (sampleKeys.has(key) && holdsSamples(use.file)) usedOfSample.add(key)
    else rejected.push(use)
  }
  return {
    rejected,
    counts: countNames(rejected.map(({ word }) => keyOf(word))),
    tidied: { project: tidy(project, usedOfProject), sample: tidy(sample, usedOfSample) },
  }
}

/** Returns what makes two spellings one word: letter case and a possessive `'s` do not count. */
export function keyOf(word: string): string {
  return word
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’]s$/, '')
}

function tidy(words: readonly string[], used: ReadonlySet<string>): readonly string[] {
  const byKey = new Map(words.map((word) => [keyOf(word), word]))
  return [...byKey]
    .filter(([key]) => used.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, word]) => word)
}
