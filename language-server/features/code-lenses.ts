/** Code lenses: commands at a declaration, with the result of their last run. To show a lens runs nothing. */
import type { CodeLens } from 'vscode-languageserver-types'
import type { CheckedProject, Declaration, Name, Span, Text } from '../../language/index.ts'
import { inOneLine, testInWords } from '../runs/result-words.ts'
import { resultsOf } from '../runs/results.ts'
import { isTest } from '../runs/test-list.ts'
import { rangeOf } from '../text/positions.ts'
import type { Project } from '../workspace/project.ts'
import type { PolicyFile, Workspace } from '../workspace/workspace.ts'

/** The subject of a lens, which the client sends back to have the lens resolved. */
interface LensData {
  readonly kind: 'tests' | 'coverage' | 'test' | 'invariant' | 'route' | 'rule'
  readonly uri: string
  readonly name: string
}

/** Returns the lenses of a policy without their titles, which `resolveLens` adds for those that are shown. */
export function lensesOf({ file, project }: PolicyFile, uri: string): CodeLens[] {
  const lenses: CodeLens[] = []
  const add = (span: Span, kind: LensData['kind'], name: string) => {
    const data: LensData = { kind, uri, name }
    lenses.push({ range: rangeOf(span), data })
  }
  const first = file.declarations.find(isTest)
  if (first !== undefined) for (const kind of ['tests', 'coverage'] as const) add(first.name.span, kind, '')
  const isCovered = resultsOf(project).coverage !== null
  for (const declaration of file.declarations) {
    const { name } = declaration
    if (isTest(declaration)) add(name.span, 'test', textOf(name))
    else if (declaration.kind === 'InvariantDeclaration') add(name.span, 'invariant', textOf(name))
    else if (declaration.kind === 'RuleDeclaration' && isCovered) add(name.span, 'rule', textOf(name))
    else if (declaration.kind === 'ServiceDeclaration')
      for (const route of [...declaration.routes, ...declaration.operations])
        add(route.name.span, 'route', `${textOf(name)}.${route.name.text}`)
  }
  return lenses
}

/** Adds the title and the command of a lens. A lens whose subject is gone has an empty command. */
export function resolveLens(workspace: Workspace, lens: CodeLens): CodeLens {
  const data = lens.data as LensData | undefined
  const policy = typeof data?.uri === 'string' ? workspace.policyAt(data.uri) : null
  if (data === undefined || policy === null) return { ...lens, command: { title: 'outdated', command: '' } }
  const [title, command] = titleOf(policy, data)
  const { uri, name } = data
  return { ...lens, command: { title, command, arguments: [name === '' ? { uri } : { uri, name }] } }
}

function titleOf({ project, file }: PolicyFile, { kind, name }: LensData): readonly [title: string, command: string] {
  const results = resultsOf(project)
  switch (kind) {
    case 'tests':
      return ['run all tests', 'iap.runTests']
    case 'coverage':
      return ['measure coverage', 'iap.coverage']
    case 'test': {
      const test = file.declarations.find((one) => isTest(one) && one.name.value === name)
      const known = test === undefined ? null : results.testOf(test)
      return [known === null ? 'run' : `run · ${inOneLine({ ...known, value: testInWords(known.value) })}`, 'iap.runTest']
    }
    case 'invariant': {
      const known = results.invariantNamed(name)
      return [known === null ? 'prove' : `prove · ${inOneLine(known)}`, 'iap.proveInvariant']
    }
    case 'route': {
      const known = results.accessTo(name)
      const count = rulesOn(project, name)
      const rules = count === 1 ? '1 rule' : `${count} rules`
      return [known === null ? rules : `${rules} · ${inOneLine(known)}`, 'iap.access']
    }
    case 'rule':
      return [coveredBy(project, name), 'iap.coverage']
    default:
      return ['outdated', '']
  }
}

function coveredBy(project: Project, rule: string): string {
  const known = resultsOf(project).coverage
  if (known === null) return 'measure coverage'
  const words = (tests: number) =>
    tests === 0 ? 'covered by no test' : `covered by ${tests === 1 ? '1 test' : `${tests} tests`}`
  return inOneLine({ ...known, value: words(known.value.get(rule) ?? 0) })
}

/** The number of rules on each route, counted once for each check. */
const counted = new WeakMap<CheckedProject, ReadonlyMap<string, number>>()

function rulesOn({ checked }: Project, route: string): number {
  let counts = counted.get(checked)
  if (counts === undefined) {
    const found = new Map<string, number>()
    for (const { routes } of checked.facts.model.rules) for (const { name } of routes) found.set(name, (found.get(name) ?? 0) + 1)
    counts = found
    counted.set(checked, counts)
  }
  return counts.get(route) ?? 0
}

function textOf(name: Name | Text | Declaration['name']): string {
  return name.kind === 'Name' ? name.text : name.value
}
