import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxes } from './arrows.ts'
import { builtEdges, sourceFiles, violations, writtenEdges } from './import-graph.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the import graph', () => {
  it('has files in every box', () => {
    for (const box of Object.keys(boxes))
      expect(
        sourceFiles(root).some((path) => path.startsWith(`${box}/`)),
        box,
      ).toBe(true)
  })

  it('has only arrows of the table, as built', async () => {
    const edges = await builtEdges(root)
    expect(edges.length).toBeGreaterThan(100)
    expect(violations(edges)).toEqual([])
  })

  it('has only arrows of the table, as written: types too', () => {
    const edges = writtenEdges(root)
    expect(edges.length).toBeGreaterThan(100)
    expect(violations(edges)).toEqual([])
  })
})

async function inputsOf(entries: readonly string[], options: BuildOptions): Promise<readonly string[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    bundle: true,
    write: false,
    outdir: 'never-written',
    format: 'esm',
    logLevel: 'silent',
    ...options,
    metafile: true,
  })
  return Object.keys(result.metafile?.inputs ?? {})
}

describe('what is shipped', () => {
  it('has no front end in the runtime: neither chevrotain nor language nor compiler', async () => {
    for (const entry of ['runtime/main.ts', 'sdk/runtime/index.ts']) {
      const inputs = await inputsOf([entry], { platform: 'node' })
      expect(inputs).toContain('runtime/policy/bundle/read-bundle.ts')
      expect(inputs.filter((input) => /chevrotain|^language\/|^compiler\//.test(input))).toEqual([])
    }
  })

  it('builds language, request and compiler for a browser, without Node', async () => {
    const inputs = await inputsOf(['language/index.ts', 'request/index.ts', 'compiler/index.ts'], { platform: 'browser' })
    expect(inputs.some((input) => input.includes('chevrotain'))).toBe(true)
    expect(inputs.filter((input) => input.startsWith('runtime/') && !input.startsWith('runtime/abi/'))).toEqual([])
  })
})

describe('the language server as a web worker', () => {
  it('holds nothing that needs Node', async () => {
    const inputs = await inputsOf(['language-server/worker/index.ts'], { platform: 'browser' })
    expect(inputs).toEqual(expect.arrayContaining(['language/index.ts', 'runtime/server/config/read-config.ts']))
    expect(
      inputs.filter((input) => /^language-server\/stdio|load-config|^runtime\/(?:proxy|realm|telemetry|tls)\//.test(input)),
    ).toEqual([])
    const own = inputs.filter((input) => !input.includes('node_modules/'))
    const globals = own.filter((input) => /\b(?:Buffer|process)\.[a-z]/.test(readFileSync(join(root, input), 'utf8')))
    expect(globals).toEqual([])
  })
})

describe('a planted import', () => {
  let planted: string

  const files: Readonly<Record<string, string>> = {
    'language/index.ts': 'export const a = 1\nexport type A = number\n',
    'compiler/index.ts': "export * from '../language/index.ts'\n",
    'compiler/bundle/index.ts': "import 'node:fs'\nexport * from '../index.ts'\n",
    'compiler/value.ts': "export { x } from '../runtime/policy/index.ts'\n",
    'runtime/policy/index.ts': 'export const x = 1\n',
    'runtime/value.ts': "import { a } from '../language/index.ts'\nexport const b = a\n",
    'runtime/typed.ts': "import type {\n  A,\n} from '../language/index.ts'\nexport const c: A = 1\n",
    'runtime/inline.ts': "export type B = import('../compiler/index.ts').A\n",
    'runtime/mixed.ts': "import { type A } from '../language/index.ts'\nexport const d: A = 1\n",
    'runtime/late.ts': "export const e = () => import('../compiler/index.ts')\n",
    'request/index.ts': "import { readFileSync } from 'fs'\nexport const f = readFileSync\n",
    'request/package.ts': "import { parse } from '@scope/package/deep'\nexport const g = parse\n",
    'runtime/outside.ts': "export * from '../tests/helper.ts'\n",
    'tests/helper.ts': 'export const h = 1\n',
    'language/index.test.ts': "import '../compiler/index.ts'\n",
  }

  beforeAll(() => {
    planted = mkdtempSync(join(tmpdir(), 'iap-arrows-'))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(planted, path)), { recursive: true })
      writeFileSync(join(planted, path), text)
    }
  })
  afterAll(() => rmSync(planted, { recursive: true }))

  it('is found where it is built', async () => {
    expect(violations(await builtEdges(planted))).toEqual([
      'compiler/value.ts imports runtime/policy/index.ts',
      'request/index.ts imports node:',
      'request/package.ts imports @scope/package',
      'runtime/late.ts imports compiler/index.ts',
      'runtime/mixed.ts imports language/index.ts',
      'runtime/outside.ts imports tests/helper.ts',
      'runtime/value.ts imports language/index.ts',
    ])
  })

  it('is found where it is only a type', () => {
    expect(violations(writtenEdges(planted))).toEqual(
      expect.arrayContaining([
        'runtime/inline.ts imports compiler/index.ts',
        'runtime/mixed.ts imports language/index.ts',
        'runtime/typed.ts imports language/index.ts',
      ]),
    )
  })

  it('stops a build for the browser', async () => {
    const options = { absWorkingDir: planted, platform: 'browser' } as const
    await expect(inputsOf(['compiler/bundle/index.ts'], options)).rejects.toThrow(/node:fs/)
  })
})
