import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const MOST = 25

interface Import {
  readonly file: string
  readonly isValue: boolean
}

/** Returns the files that a file imports or exports from, relative to the root. */
function importsOf(file: string): readonly Import[] {
  const found = readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export) (type )?\{([^}]*)\} from '(\.[^']+)'/gm)
  return [...found].map(([, isType, names = '', path = '']) => ({
    file: relative(root, join(root, dirname(file), path)),
    isValue: isType === undefined && names.split(',').some((name) => name.trim() !== '' && !name.trim().startsWith('type ')),
  }))
}

/** Returns the files that a file imports, through indexes too. */
function reachedFrom(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const { file: one } of importsOf(file)) {
    if (seen.has(one)) continue
    seen.add(one)
    if (one.endsWith('/index.ts')) reachedFrom(one, seen)
  }
  return seen
}

describe('how a request is handled', () => {
  const folder = 'runtime/proxy/pipeline/'
  const valuesOf = (file: string) => importsOf(file).flatMap(({ file: one, isValue }) => (isValue ? [one] : []))
  const first = `${folder}pipeline.ts`
  const stages = [first, ...valuesOf(first).filter((file) => file.startsWith(folder))]

  // The proxy's own folders are seen by their indexes, as are the packages below it, which are not counted.
  test('is told by the pipeline, its runner, its stages, and what they call in the proxy', () => {
    const called = new Set(stages.flatMap(valuesOf).filter((file) => file.startsWith('runtime/proxy/') && !stages.includes(file)))
    expect(stages).toContain(`${folder}run-stages.ts`)
    expect(stages.length).toBeGreaterThan(12)
    expect(stages.length + called.size).toBeLessThanOrEqual(MOST)
  })

  test('begins with a file of a screen or two', () => {
    expect(readFileSync(join(root, first), 'utf8').split('\n').length).toBeLessThanOrEqual(150)
  })
})

describe('one rule, from text to bundle', () => {
  const [, section = ''] = readFileSync(join(root, 'compiler/README.md'), 'utf8').split('## One rule, from text to bundle')
  const list = [...section.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, path = '']) =>
    relative(root, join(root, 'compiler', path)),
  )

  test('is told by few files, each of which is called by one before it', () => {
    expect(list.length).toBeGreaterThan(15)
    expect(list.length).toBeLessThanOrEqual(MOST)
    const reached = new Set<string>()
    for (const [at, file] of list.entries()) {
      if (at > 0) expect(reached).toContain(file)
      for (const one of reachedFrom(file)) reached.add(one)
    }
  })
})
