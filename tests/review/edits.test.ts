import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Direction } from '../../analysis/diff/answers.ts'
import { difference } from '../../analysis/diff/index.ts'
import { type Edit, edits } from './edits.ts'
import { versionOf } from './version-of.ts'

const root = new URL('../../examples/', import.meta.url)

function filesOf(example: string): Record<string, string> {
  const folder = new URL(`${example}/policies/`, root)
  const names = readdirSync(folder).filter((name) => name.endsWith('.iap') && !name.endsWith('.test.iap'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))
}

function edited({ example, replace }: Edit): Record<string, string> {
  const files = filesOf(example)
  for (const [file, was, is] of replace) {
    const text = files[file] ?? ''
    if (text.split(was).length !== 2) throw new Error(`\`${was}\` is not once in ${file}`)
    files[file] = text.replace(was, () => is)
  }
  return files
}

const SHOWN: Readonly<Record<string, readonly Direction[]>> = {
  'more-permissive': ['more'],
  'less-permissive': ['less'],
  incomparable: ['more', 'less'],
  other: ['other'],
}

describe('an edit of an example', () => {
  it.each(edits)('$what', (edit) => {
    const { changes } = difference(versionOf(filesOf(edit.example)), versionOf(edited(edit)))
    expect(changes.map(({ route, identity, verdict }) => `${route} ${identity ?? '-'} ${verdict}`)).toEqual(edit.changes)
    for (const { verdict, witnesses } of changes) {
      expect(witnesses.map(({ shows }) => shows)).toEqual(SHOWN[verdict])
    }
  })
})
