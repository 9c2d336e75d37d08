import type { Docstring } from './find-docstrings.ts'

/** The measure of a set of docstrings. */
export interface ProseStatistics {
  readonly docstrings: number
  readonly words: number
  /** Uses per 1,000 words, by word. */
  readonly rates: ReadonlyMap<string, number>
  /** Words per sentence. */
  readonly sentenceLength: { readonly median: number; readonly p90: number }
  /** Number of tags, by name. */
  readonly tags: ReadonlyMap<string, number>
}

/** Words whose rates tell conditions from circumlocutions. */
const WORDS = ['what', 'if', 'returns', 'where', 'that', 'it']
const TAGS = ['throws', 'example', 'param', 'returns']

/** Measures the prose of docstrings. Code, in backticks or in `@example`, is one word or none. */
export function measureProse(docstrings: readonly Docstring[]): ProseStatistics {
  const texts = docstrings.flatMap(({ text, tags }) => [
    text,
    // `@returns` begins the sentence "Returns …", and `@param name` names no word of it.
    ...tags.flatMap((tag) => (tag.name === 'example' ? [] : [tag.name === 'returns' ? `returns ${tag.text}` : tag.text])),
  ])
  const sentences = texts.flatMap(sentencesOf).map(wordsOf)
  const lengths = sentences.map(({ length }) => length).filter((length) => length > 0)
  const words = sentences.flat()
  const rate = (word: string) => (1000 * words.filter((each) => each === word).length) / Math.max(words.length, 1)
  const tags = docstrings.flatMap((docstring) => docstring.tags.map(({ name }) => (name === 'return' ? 'returns' : name)))
  return {
    docstrings: docstrings.length,
    words: words.length,
    rates: new Map(WORDS.map((word) => [word, rate(word)])),
    sentenceLength: { median: quantile(lengths, 0.5), p90: quantile(lengths, 0.9) },
    tags: new Map(TAGS.map((tag) => [tag, tags.filter((name) => name === tag).length])),
  }
}

/** The space between two sentences: behind a full stop, before a capital, code or a parenthesis. An abbreviation such as "e.g." ends none. */
export const SENTENCE_END = /(?<=[^.][^.\s][.!?][)"”]?)\s+(?=[A-Z`"“([])/g

/** Returns the sentences of a description: they end at a full stop, a blank line or an item of a list. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`]*`/g, '`code`')
    .split(/\n\s*\n|\n\s*[-*]\s/)
    .flatMap((paragraph) => paragraph.split(SENTENCE_END))
    .map((sentence) => sentence.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean)
}

/** Returns the words in lower case. Code is one word; numbers and signs are none. */
export function wordsOf(sentence: string): readonly string[] {
  return (sentence.match(/`code`|https?:\S+|[A-Za-z]+(?:['’-][A-Za-z]+)*/g) ?? []).map((word) => word.toLowerCase())
}

/** By the nearest rank; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
