// `npm run mutation-test -- [--count 30] [--seed 1] [--command "npx vitest run …"] [--list]`
// Measures how many one-line mutations of product code a test run detects. Draws the mutations from all packages in turn,
// applies one at a time in a worktree of the last commit, and runs the command, which stops at its first failure.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { transformSync } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const PACKAGES = ['language', 'request', 'compiler', 'runtime', 'cli', 'embed']

/** Patterns and replacements. Each is a mistake that a person could make and that types mostly allow. */
const OPERATORS = [
  [/ === /, ' !== '],
  [/ !== /, ' === '],
  [/ && /, ' || '],
  [/ \|\| /, ' && '],
  [/ < /, ' <= '],
  [/ > /, ' >= '],
  [/ <= /, ' < '],
  [/ >= /, ' > '],
  [/ \+ 1\b/, ''],
  [/ - 1\b/, ''],
  [/\btrue\b/, 'false'],
  [/\bfalse\b/, 'true'],
  [/\bif \((?!!)(\w[\w.]*)\)/, 'if (!$1)'],
  [/\bif \(!(\w[\w.]*)\)/, 'if ($1)'],
  [/\.some\(/, '.every('],
  [/\.every\(/, '.some('],
  [/\bcontinue$/, 'break'],
  [/^(\s+)(?!super)(?:await )?[\w.#]+\([^()]*\)$/, '$1void 0'],
]

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    command: { type: 'string', default: 'npx vitest run --project unit --project isolated --project threads --bail 1' },
    list: { type: 'boolean', default: false },
  },
})

const mutations = draw(Number(values.count), Number(values.seed))
if (values.list) for (const mutation of mutations) console.log(describe(mutation))
else run(mutations, values.command)

/** Returns the committed TypeScript files of a package that are no tests, fixtures or support of tests. */
function productFiles(name) {
  const listed = execFileSync('git', ['ls-files', name], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  return listed.filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|\.d\.ts$|\/(testing|fixtures|golden|templates)\//.test(path))
}

function draw(count, seed) {
  const random = mulberry32(seed)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const files = new Map(PACKAGES.map((name) => [name, productFiles(name)]))
  const drawn = []
  while (drawn.length < count) {
    const path = pick(files.get(PACKAGES[drawn.length % PACKAGES.length]))
    const lines = readFileSync(join(root, path), 'utf8').split('\n')
    const at = Math.floor(random() * lines.length)
    const fitting = OPERATORS.filter(([pattern]) => isCode(lines[at]) && pattern.test(lines[at]))
    if (fitting.length === 0) continue
    const [pattern, replacement] = pick(fitting)
    const changed = lines[at].replace(pattern, replacement)
    if (isProgram(lines.with(at, changed).join('\n'))) drawn.push({ path, line: at + 1, from: lines[at], to: changed })
  }
  return drawn
}

/** Whether a line is neither a comment, nor an import, nor part of a type. */
function isCode(line) {
  return !/^\s*(\/\/|\/?\*|import |export (type|interface)|type |readonly |\|)/.test(line)
}

function isProgram(text) {
  try {
    transformSync(text, { loader: 'ts' })
    return true
  } catch {
    return false
  }
}

function run(all, command) {
  const copy = mkdtempSync(join(tmpdir(), 'iap-mutation-'))
  rmSync(copy, { recursive: true })
  execFileSync('git', ['worktree', 'add', '--detach', copy], { cwd: root, stdio: 'ignore' })
  try {
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const detected = all.map((mutation, at) => {
      const file = join(copy, mutation.path)
      const text = readFileSync(file, 'utf8')
      writeFileSync(
        file,
        text
          .split('\n')
          .with(mutation.line - 1, mutation.to)
          .join('\n'),
      )
      const begun = performance.now()
      const [program, ...words] = command.split(' ')
      const { status, stdout, stderr } = spawnSync(program, words, {
        cwd: copy,
        encoding: 'utf8',
        timeout: 3_600_000,
        maxBuffer: 1 << 28,
      })
      writeFileSync(file, text)
      const by = /FAIL\s+(.*)/.exec(`${stdout}${stderr}`)?.[1] ?? ''
      const seconds = Math.round((performance.now() - begun) / 1000)
      console.log(
        `${at + 1}. ${status === 0 ? 'MISSED' : 'detected'} after ${seconds} s: ${describe(mutation)}${by && `\n   by ${by}`}`,
      )
      return status !== 0
    })
    console.log(`\n${detected.filter(Boolean).length} of ${detected.length} detected`)
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', copy], { cwd: root })
  }
}

function describe({ path, line, from, to }) {
  return `${path}:${line}: \`${from.trim()}\` → \`${to.trim()}\``
}

/** Returns a seeded generator of numbers from 0, below 1 (mulberry32). */
function mulberry32(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
