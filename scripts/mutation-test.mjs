// `npm run mutation-test -- [--count 30] [--seed 1] [--only 3,17] [--command "npx vitest run …"] [--minutes 20] [--list]`
// Measures how many one-line mutations of product code a test run detects. Draws the mutations from all packages in turn,
// applies one at a time in a worktree of the last commit, and runs the command, which stops at its first failure. The tests of
// the mutated file's folder run before the others. A run that does not end has detected the mutation, too.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { transformSync } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const PACKAGES = ['language', 'request', 'compiler', 'analysis', 'interpreter', 'runtime', 'cli', 'sdk']

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
    only: { type: 'string' },
    command: { type: 'string', default: 'npx vitest run --project unit --project isolated --project threads --bail 1' },
    minutes: { type: 'string', default: '20' },
    list: { type: 'boolean', default: false },
  },
})

const numbers = values.only?.split(',').map(Number)
const mutations = draw(Number(values.count), Number(values.seed)).filter(({ number }) => numbers?.includes(number) ?? true)
if (values.list) for (const mutation of mutations) console.log(`${mutation.number}. ${describe(mutation)}`)
else await run(mutations, values.command)

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
    if (isProgram(lines.with(at, changed).join('\n')))
      drawn.push({ number: drawn.length + 1, path, line: at + 1, from: lines[at], to: changed })
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

async function run(all, command) {
  const copy = mkdtempSync(join(tmpdir(), 'iap-mutation-'))
  rmSync(copy, { recursive: true })
  execFileSync('git', ['worktree', 'add', '--detach', copy], { cwd: root, stdio: 'ignore' })
  let detected = 0
  try {
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    // The first run would pay for it, and count it.
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: copy, stdio: 'inherit' })
    for (const mutation of all) {
      const file = join(copy, mutation.path)
      const lines = readFileSync(file, 'utf8').split('\n')
      writeFileSync(file, lines.with(mutation.line - 1, mutation.to).join('\n'))
      const begun = performance.now()
      // What the tests beside a file start is in their process: a build would take longer than they do.
      touchBuild(copy, Date.now())
      const beside = await failureOf(`${command} --passWithNoTests ${dirname(mutation.path)}/`, copy)
      touchBuild(copy, 0)
      const failure = beside ?? (await failureOf(command, copy))
      writeFileSync(file, lines.join('\n'))
      if (failure !== null) detected += 1
      const seconds = Math.round((performance.now() - begun) / 1000)
      console.log(`${mutation.number}. ${failure === null ? 'MISSED' : 'detected'} after ${seconds} s: ${describe(mutation)}`)
      if (failure !== null) console.log(`   by ${failure}`)
    }
    console.log(`\n${detected} of ${all.length} detected`)
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', copy], { cwd: root })
  }
}

/** Makes the test run take `dist/` for one of that time, in milliseconds since 1970. */
function touchBuild(folder, time) {
  utimesSync(join(folder, 'dist/meta/proxy.json'), time / 1000, time / 1000)
}

/** Returns the first failure that a command tells of, or null if it succeeds. */
async function failureOf(command, folder) {
  const [program, ...words] = command.split(' ')
  // In a process group of its own: a worker in an endless loop outlives the test runner that is told to end.
  const child = spawn(program, words, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  let ended = true
  const timer = setTimeout(() => {
    ended = false
    process.kill(-child.pid, 'SIGKILL')
  }, Number(values.minutes) * 60_000)
  // A browser or proxy that outlives the runner keeps its end of the pipes: what has not come soon after the exit is not waited for.
  await Promise.race([once(child, 'close'), once(child, 'exit').then(() => setTimeoutAsync(2000))])
  clearTimeout(timer)
  const status = child.exitCode
  if (!ended) return `a run that had not ended after ${values.minutes} minutes`
  return status === 0 ? null : (/FAIL\s+(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? `exit status ${status}`)
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
