// The coverage of `npm run test:all -- --coverage`: vitest's own for what tests call in their process, and V8's for the programs
// of `dist/` that they start, told by package. `dist/` has source maps for such a run, which `scripts/test-setup.mjs` builds.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mergeProcessCovs } from '@bcoe/v8-coverage'
import v8 from '@vitest/coverage-v8'
import astV8ToIstanbul from 'ast-v8-to-istanbul'
import libCoverage from 'istanbul-lib-coverage'
import { parseAstAsync } from 'vitest/node'

const root = fileURLToPath(new URL('../../', import.meta.url))
const dist = pathToFileURL(join(root, 'dist/')).href

/** Where processes write their coverage when they end. One that is killed writes none. */
const folder = join(root, 'coverage/processes')

// biome-ignore lint/style/noDefaultExport: how vitest takes a provider of coverage
export default {
  ...v8,

  /** In a worker of vitest. What it starts inherits the variable; the worker itself has begun without it. */
  async startCoverage(options) {
    process.env.NODE_V8_COVERAGE = folder
    return v8.startCoverage(options)
  },

  async getProvider() {
    const provider = await v8.getProvider()
    const own = { clean: provider.clean, generateCoverage: provider.generateCoverage, generateReports: provider.generateReports }
    return Object.assign(provider, {
      async clean(all) {
        await own.clean.call(provider, all)
        rmSync(folder, { recursive: true, force: true })
        mkdirSync(folder, { recursive: true })
      },
      async generateCoverage(context) {
        const map = await own.generateCoverage.call(provider, context)
        const processes = await coverageOfProcesses()
        for (const path of map.files().filter((path) => processes.files().includes(path))) {
          const { statementMap, s: counts } = map.fileCoverageFor(path)
          // By lines: a bundle has other statements than the module that it was made of.
          const lines = processes.fileCoverageFor(path).getLineCoverage()
          for (const [id, { start }] of Object.entries(statementMap)) counts[id] += lines[start.line] ?? 0
        }
        return map
      },
      async generateReports(map, allTestsRun) {
        tell(map)
        await own.generateReports.call(provider, map, allTestsRun)
      },
    })
  },
}

/** Returns how often the lines of each source ran in processes that were started from `dist/`. */
async function coverageOfProcesses() {
  let merged = { result: [] }
  for (const name of readdirSync(folder)) {
    const result = scriptsIn(readFileSync(join(folder, name), 'utf8'))
    merged = mergeProcessCovs([merged, { result: result.filter(({ url }) => url.startsWith(dist)) }])
  }
  const map = libCoverage.createCoverageMap()
  for (const coverage of merged.result) {
    const code = readFileSync(fileURLToPath(coverage.url), 'utf8')
    const sourceMap = JSON.parse(readFileSync(`${fileURLToPath(coverage.url)}.map`, 'utf8'))
    sourceMap.sources = sourceMap.sources.map((source) => new URL(source, coverage.url).href)
    map.merge(await astV8ToIstanbul({ code, sourceMap, ast: await parseAstAsync(code), coverage, wrapperLength: 0 }))
  }
  return map
}

/** Returns the scripts of a process; none if it was killed while it wrote them. @param {string} text */
function scriptsIn(text) {
  try {
    return JSON.parse(text).result
  } catch {
    console.warn('coverage: a process was killed while it wrote its counts')
    return []
  }
}

/** Prints the share of lines that ran, by package. */
function tell(map) {
  const packages = new Map()
  for (const path of map.files()) {
    const name = path.slice(root.length).split('/')[0]
    if (name === 'tests') continue
    const { total, covered } = map.fileCoverageFor(path).toSummary().lines
    const sum = packages.get(name) ?? { total: 0, covered: 0 }
    packages.set(name, { total: sum.total + total, covered: sum.covered + covered })
  }
  console.log('\nLines that ran, by package; by file in coverage/index.html')
  for (const [name, { total, covered }] of [...packages].sort()) {
    console.log(`${name.padEnd(10)} ${((100 * covered) / total).toFixed(1).padStart(5)} %  ${covered} of ${total}`)
  }
}
