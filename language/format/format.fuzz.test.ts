import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Random, randomFrom } from '../../bench/random.ts'
import { generatePolicy } from '../../spec/differential/generate/policy.ts'
import { tokenize } from '../syntax/tokenize.ts'
import { format } from './format.ts'

const root = new URL('../../', import.meta.url)
const MUTANTS = process.env.IAP_FULL === '1' ? 300_000 : 400

/** Policies of the examples and of the conformance cases, and generated ones, that are short enough to be formatted often. */
const texts = [
  ...['examples', 'spec/conformance', 'language/format/fixtures'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.iap'))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, root), 'utf8')),
  ),
  ...Array.from({ length: 60 }, (_, seed) => Object.values(generatePolicy(seed))).flat(),
].filter((text) => text.length < 6000)

const INSERTED = ['\n', '\n\n', ' /* c */ ', '/* d\n  */', ' // e\n', ' /// f\n', '\n/// g\n', '\n// h\n', ' /* i */\n']
const KEYWORDS = 'type label permit data test def role on from when service identity invariant shadow header limit is'.split(' ')
const OPENINGS = ['(', ' (', '(\n', ' /* j */ (\n']
const CLOSINGS = [')', '\n)', ' // k\n)', '\n/// l\n)']
/** Around one token, within parentheses that are there or are inserted. */
const NESTED = [
  ['((', ') /// m\n)'],
  ['(', ') /// n\n'],
] as const

/** Inserts line ends, comments and parentheses, and renames to keywords. Not every mutant has a valid syntax. */
function mutate(text: string, { pick, int, chance }: Random): string {
  const { tokens } = tokenize({ name: 'a.iap', text })
  const edits = Array.from({ length: 1 + int(3) }).flatMap(() => {
    const at = int(tokens.length)
    const { startOffset: start, image } = tokens[at] as (typeof tokens)[number]
    if (chance(0.7)) return [{ start, end: start, text: pick(INSERTED) }]
    if (chance(0.5)) return /^[a-z_]+$/.test(image) ? [{ start, end: start + image.length, text: pick(KEYWORDS) }] : []
    if (chance(0.3)) {
      const [opening, closing] = pick(NESTED)
      const end = start + image.length
      return [
        { start, end: start, text: opening },
        { start: end, end, text: closing },
      ]
    }
    const last = tokens[Math.min(tokens.length - 1, at + int(chance(0.5) ? 5 : 20))] as (typeof tokens)[number]
    const end = last.startOffset + last.image.length
    return [
      { start, end: start, text: pick(OPENINGS) },
      { start: end, end, text: pick(CLOSINGS) },
    ]
  })
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text)
}

/** @throws with the text, if formatting throws because the result means anything else */
function reformat(text: string): string | null {
  try {
    return format({ name: 'a.iap', text }).text
  } catch (error) {
    throw new Error(`${(error as Error).message} in\n${text}`)
  }
}

const commentsIn = (text: string) => text.match(/\/\/+ [a-n]$|\/\* [a-n](?: \*\/|$)/gm) ?? []

test(`${MUTANTS} mutants: a second run changes nothing, and every comment is kept`, () => {
  const random = randomFrom(2)
  let formatted = 0
  for (let at = 0; at < MUTANTS; at += 1) {
    const text = mutate(random.pick(texts), random)
    const once = reformat(text)
    if (once === null) continue
    formatted += 1
    expect(reformat(once), text).toBe(once)
    expect(commentsIn(once).sort(), text).toEqual(commentsIn(text).sort())
  }
  expect(formatted).toBeGreaterThan(MUTANTS / 2)
})
