/** The commands of `workspace/executeCommand`: runs over a whole project, which only a client starts. */
import type { Location, Range } from 'vscode-languageserver-types'
import { type JudgedInvariant, judgeInvariantsInSteps } from '../../analysis/index.ts'
import { matrixInSteps } from '../../analysis/matrix/index.ts'
import { matrixHtml } from '../../analysis/matrix/page/index.ts'
import { measureCoverageInSteps, uncovered } from '../../compiler/testing/index.ts'
import type { Model } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'
import { type CoverageMark, coverageMarks } from './coverage-marks.ts'
import { decideWritten } from './decide.ts'
import { compareWith, versionOf } from './difference.ts'
import { emittedJavaScript, intermediate, syntaxTree } from './inspect.ts'
import { answerOf, askByMeaning, modelOf } from './meaning.ts'
import { outlineOf } from './outline.ts'
import { accessInWords, invariantInWords, type ShownMatrix, shownMatrix } from './result-words.ts'
import { resultsOf } from './results.ts'
import { type Run, RunError } from './run.ts'
import { runTestsInSteps, type TestOutcome } from './run-tests.ts'

/** What a command runs on: the argument names a document of the project. */
interface Asked {
  readonly workspace: Workspace
  readonly project: Project
  /** @throws RunError if the policy has errors */
  readonly model: Model
  /** Version of the project. */
  readonly version: number
  readonly uri: string
  readonly argument: Readonly<Record<string, unknown>>
  readonly run: Run
}

export interface TestRow extends Omit<TestOutcome, 'declaration'> {
  readonly passed: boolean
  readonly uri: string
  readonly range: Range
}

const COMMANDS = {
  /** Runs the test of a name, with all of its rows, or one row of it: `NAME / ROW`. */
  'iap.runTest': runTest,
  /** Runs the tests of a file. */
  'iap.runTests': runTests,
  'iap.proveInvariant': proveInvariant,
  /** Counts what the tests of the project cover. */
  'iap.coverage': coverage,
  /** Finds out who may use a route. */
  'iap.access': access,
  /** Computes the access matrix of the project, as a page. */
  'iap.matrix': matrix,
  /** Proves all invariants of the project. */
  'iap.proveInvariants': proveInvariants,
  /** Compares an earlier version of the project with this one. */
  'iap.difference': ({ model, argument, run }: Asked) => compareWith(argument.before, model, run),
  'iap.decide': async ({ model, argument }: Asked) => decideWritten(model, argument.request),
  'iap.outline': async ({ model }: Asked) => outlineOf(model),
  'iap.syntaxTree': async ({ workspace, uri }: Asked) => ({ text: syntaxTree((workspace.policyAt(uri) as PolicyFile).file) }),
  'iap.intermediate': async ({ model, argument }: Asked) => ({ text: intermediate(model, argument.optimized === true) }),
  'iap.emittedJavaScript': async ({ model }: Asked) => ({ text: emittedJavaScript(model) }),
} as const satisfies Readonly<Record<string, (asked: Asked) => Promise<unknown>>>

/** The results of commands, by the command's name. */
export type CommandResults = { readonly [Name in keyof typeof COMMANDS]: Awaited<ReturnType<(typeof COMMANDS)[Name]>> }

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS)

/** Titles for a progress indicator. */
export const COMMAND_TITLES: ReadonlyMap<string, string> = new Map([
  ['iap.runTest', 'Running a test'],
  ['iap.runTests', 'Running tests'],
  ['iap.proveInvariant', 'Proving an invariant'],
  ['iap.coverage', 'Measuring coverage'],
  ['iap.proveInvariants', 'Proving invariants'],
  ['iap.difference', 'Comparing with the earlier version'],
  ['iap.access', 'Finding out who may use a route'],
  ['iap.matrix', 'Computing the access matrix'],
])

/**
 * Runs a command.
 *
 * @param given the first argument: `{ uri, … }`
 * @throws RunError if the command or its argument is unknown, or if the policy has errors
 * @throws CancelledError if the client cancels it
 */
export async function runCommand(workspace: Workspace, name: string, given: unknown, run: Run): Promise<unknown> {
  if (!Object.hasOwn(COMMANDS, name)) throw new RunError(`there is no command \`${name}\``)
  const argument: Readonly<Record<string, unknown>> = typeof given === 'object' ? { ...given } : {}
  const uri = argument.uri ?? (name === 'iap.matrix' ? onlyPolicy(workspace) : undefined)
  if (typeof uri !== 'string') throw new RunError(`\`${name}\` needs an argument with the \`uri\` of a policy`)
  const project = workspace.policyAt(uri)?.project
  if (project === undefined) throw new RunError(`there is no policy \`${uri}\``)
  const asked: Asked = {
    ...{ workspace, project, version: project.version, uri, argument, run },
    // A syntax tree needs none, and can be shown if there are errors.
    get model() {
      return modelOf(project)
    },
  }
  return COMMANDS[name as keyof typeof COMMANDS](asked)
}

function nameIn({ argument }: Asked): string {
  const { name } = argument
  if (typeof name !== 'string') throw new RunError('the argument needs a `name`')
  return name
}

async function runTest(asked: Asked): Promise<readonly TestRow[]> {
  const { project, model, version, uri, run } = asked
  const name = nameIn(asked)
  const file = fileOf(asked)
  const isWanted = (row: string, declared: string) => row === name || declared === name
  const outcomes = await run.finish(
    runTestsInSteps(model, (row, { name: { value, span } }) => span.source.name === file && isWanted(row, value), run),
  )
  if (outcomes.length === 0) throw new RunError(`\`${uri}\` has no test \`${name}\``)
  // A single row is no result of its test.
  if (outcomes.every(({ declaration }) => declaration.name.value === name)) resultsOf(project).keepTests(outcomes, version)
  return outcomes.map((outcome) => rowOf(asked, outcome))
}

async function runTests(asked: Asked): Promise<readonly TestRow[]> {
  const { project, model, version, run } = asked
  const file = fileOf(asked)
  const outcomes = await run.finish(runTestsInSteps(model, (_, { span }) => span.source.name === file, run))
  resultsOf(project).keepTests(outcomes, version)
  return outcomes.map((outcome) => rowOf(asked, outcome))
}

function fileOf({ workspace, uri }: Asked): string {
  return workspace.policyAt(uri)?.source.name ?? ''
}

function rowOf({ workspace, project }: Asked, { declaration, ...outcome }: TestOutcome): TestRow {
  const { span } = declaration.expect
  const passed = outcome.verdict === 'passed'
  return { ...outcome, passed, uri: workspace.uriOf(project, span.source.name), range: rangeOf(span) }
}

type ProvedInvariant = Omit<JudgedInvariant, 'invariant' | 'why'> & { readonly why: string[] }

async function proveInvariant(asked: Asked): Promise<ProvedInvariant> {
  const { project, model, version, run } = asked
  const name = nameIn(asked)
  const invariants = model.invariants.filter((one) => one.name === name)
  const part = { ...model, invariants }
  const [judged] = await run.finish(judgeInvariantsInSteps(part, askByMeaning(part), run.control, { isOver: run.isOver }))
  if (judged === undefined) throw new RunError(`there is no invariant \`${name}\``)
  resultsOf(project).keepInvariant(name, invariantInWords(judged), version)
  return provedInvariant(judged)
}

async function proveInvariants(asked: Asked): Promise<readonly (ProvedInvariant & Location)[]> {
  const { workspace, project, model, version, run } = asked
  const all = await run.finish(judgeInvariantsInSteps(model, askByMeaning(model), run.control, { isOver: run.isOver }))
  for (const judged of all) resultsOf(project).keepInvariant(judged.name, invariantInWords(judged), version)
  return all.map((judged) => {
    const { span } = judged.invariant.declaration.name
    return { ...provedInvariant(judged), uri: workspace.uriOf(project, span.source.name), range: rangeOf(span) }
  })
}

function provedInvariant({ name, verdict, requests, witness, why }: JudgedInvariant): ProvedInvariant {
  return { name, verdict, requests, witness, why: why.map(({ text }) => text) }
}

interface ShownCoverage {
  readonly percent: number
  readonly gaps: readonly string[]
  readonly marks: readonly CoverageMark[]
}

async function coverage({ workspace, project, model, version, run }: Asked): Promise<ShownCoverage> {
  let count = 0
  const measured = await run.finish(
    measureCoverageInSteps(model, (request, observe) => {
      run.control.progress(count++, model.tests.length)
      if (run.isOver()) throw new RunError('the time limit was reached before all tests were run')
      return answerOf(model, request, true, { observe })
    }),
  )
  resultsOf(project).keepCoverage(measured, version)
  const marks = coverageMarks(measured, (name) => workspace.uriOf(project, name))
  return { percent: measured.percent, gaps: uncovered(measured).map(({ message }) => message), marks }
}

async function access(asked: Asked): Promise<{ readonly text: string }> {
  const { project, model, version, run } = asked
  const name = nameIn(asked)
  const route = model.routes.find((one) => one.name === name)
  if (route === undefined) throw new RunError(`there is no route \`${name}\``)
  const { columns, rows } = await run.finish(matrixInSteps(versionOf(model), run.control, [route]))
  const [row] = rows
  if (row === undefined) throw new RunError(`there is no route \`${name}\``)
  const text = accessInWords(columns, row)
  resultsOf(project).keepAccess(name, text, version)
  return { text }
}

async function matrix({ model, run }: Asked): Promise<ShownMatrix & { readonly html: string }> {
  const found = await run.finish(matrixInSteps(versionOf(model), run.control))
  const date = new Date().toISOString().slice(0, 10)
  const html = await matrixHtml({ ...found, revision: 'not built', date, labels: model.labels }, sha256)
  return { html, ...shownMatrix(found) }
}

/** By the Web Crypto API, which Node and browsers have. */
async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

/** The matrix is of a project, so without a `uri` it is that of the only one. */
function onlyPolicy(workspace: Workspace): string | undefined {
  const [project, another] = workspace.projects
  const [name] = project?.checked.entries ?? []
  return project === undefined || name === undefined || another !== undefined ? undefined : workspace.uriOf(project, name)
}
