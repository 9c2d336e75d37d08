import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const PIPELINE = 'runtime/proxy/pipeline'

/** Returns the files that a file imports values from, below the root. */
function valueImports(file: string): readonly string[] {
  const imports = readFileSync(join(root, file), 'utf8').matchAll(/^import (type )?\{([^}]*)\} from '(\.[^']+)'/gm)
  return [...imports].flatMap(([, isType, names = '', path = '']) => {
    const isValue = names.split(',').some((name) => name.trim() !== '' && !name.trim().startsWith('type '))
    return isType || !isValue ? [] : [relative(root, join(root, dirname(file), path))]
  })
}

const list = [`${PIPELINE}/pipeline.ts`, ...valueImports(`${PIPELINE}/pipeline.ts`).filter((file) => file.startsWith(PIPELINE))]
const called = new Set(list.flatMap(valueImports).filter((file) => !list.includes(file)))

// The packages below the proxy are seen by their indexes alone, as are its own folders.
test('whoever reads how a request is handled reads 25 files of the proxy', () => {
  const ofProxy = [...called].filter((file) => file.startsWith('runtime/proxy/'))
  expect(list).toContain(`${PIPELINE}/run-stages.ts`)
  expect(list.length).toBeGreaterThan(12)
  expect(list.length + ofProxy.length).toBeLessThanOrEqual(25)
})

test('the file that lists the stages is a screen or two', () => {
  expect(readFileSync(join(root, `${PIPELINE}/pipeline.ts`), 'utf8').split('\n').length).toBeLessThanOrEqual(150)
})
