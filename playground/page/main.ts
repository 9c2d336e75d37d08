/** The page: the project, its files as tabs, the results beside them, and the address that holds all of it. */
import { decodeShare, encodeShare, ShareError } from '../share/index.ts'
import { Analysis } from './analysis.ts'
import { showTexts } from './dialogs.ts'
import type { Editors, Problems } from './editor/editors.ts'
import { byId, element } from './element.ts'
import { type Example, loadExamples } from './examples.ts'
import { FileTabs } from './file-tabs.ts'
import type { Place } from './panels/panel.ts'
import { Project, type ProjectChange } from './project.ts'
import { Results } from './results.ts'
import { serveTheme } from './theme.ts'

/** Milliseconds without a change before the address is written. */
const SETTLED = 600
/** Milliseconds for which the editor waits for the first decision. */
const LONGEST_WAIT = 5_000
/** Characters of files up to which the address is written after each change. */
const SMALL = 200_000

const parameters = new URLSearchParams(location.search)
const isEmbedded = parameters.has('embed')
const isReadOnly = isEmbedded && parameters.has('readonly')
document.documentElement.classList.toggle('embedded', isEmbedded)
byId('standalone').hidden = !isEmbedded

const worker = () => new Worker(new URL('language-server.worker.js', document.baseURI))
const analysis = new Analysis(worker)
const project = new Project(changed)
const problems = new Map<string, Problems>()
let editors: Editors | null = null
let addressTimer: ReturnType<typeof setTimeout> | undefined
/** The fragment that this page wrote itself. */
let ownFragment = ''

serveTheme()
analysis.warmUp([])
const files = new FileTabs({ project, isReadOnly, problems, reveal })
const results = new Results({
  ...{ analysis, project, reveal, changed: soonInAddress },
  showMarks: (marks) => editors?.showCoverage(marks),
  addTest,
})
const examples = await loadExamples().catch((error: Error): readonly Example[] => {
  notify(`The examples cannot be loaded: ${error.message}`)
  return []
})
serveExamples()
openFragment()
showText()
// The editor is the largest part of the page: on a slow machine it would delay the first decision.
await Promise.race([results.refresh(), new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))])
await startEditors()
addEventListener('hashchange', () => {
  if (location.hash.slice(1) === ownFragment) return
  openFragment()
  void results.refresh()
})
byId('share').addEventListener('click', () => void share())
document.documentElement.dataset.ready = 'true'
await navigator.serviceWorker?.register('service-worker.js').catch(() => {})

/** The text of the file in view, until the editor is there. */
function showText(): void {
  const text = element('code', {}, project.text(project.open) ?? '')
  byId('editor').replaceChildren(element('pre', { class: 'early', tabindex: '0' }, text))
}

async function startEditors(): Promise<void> {
  const loaded = await import('./editor/editors.ts')
  const host = byId('editor')
  host.replaceChildren()
  editors = new loaded.Editors({
    ...{ host, project, isReadOnly, startWorker: worker },
    foundProblems: (name, found) => {
      problems.set(name, found)
      files.show()
    },
  })
}

function changed(change: ProjectChange): void {
  files.show()
  if (change !== 'text') editors?.update()
  if (change !== 'open' || results.panel === 'tree') results.soon()
  soonInAddress()
}

function reveal({ name, line, column }: Place): void {
  editors?.reveal(name, line, column)
}

/** Adds it to the tests in view, else to the policy in view. */
function addTest(text: string): void {
  const { open } = project
  const name = open.endsWith('.iap') ? open : project.files.find((file) => file.name.endsWith('.iap'))?.name
  if (name === undefined) return
  const before = (project.text(name) ?? '').trimEnd()
  project.setText(name, `${before}\n\n${text.trimEnd()}\n`)
  editors?.update()
  editors?.reveal(name, before.split('\n').length + 2, 1)
}

function serveExamples(): void {
  const list = byId<HTMLSelectElement>('example')
  list.replaceChildren(
    element('option', { value: '' }, 'choose …'),
    ...examples.map(({ name, title }) => element('option', { value: name }, title)),
  )
  list.addEventListener('change', () => {
    const example = examples.find(({ name }) => name === list.value)
    if (example === undefined) return
    openExample(example)
    void results.refresh()
  })
}

function openExample({ name, files, open, test }: Example): void {
  notify(null)
  project.load(files, open, undefined)
  results.startFrom({ test })
  results.show(results.panel)
  writeAddress(`example=${name}`)
  byId<HTMLSelectElement>('example').value = name
}

/** Opens what the address holds; the first example if that is nothing, or cannot be read. */
function openFragment(): void {
  const fragment = location.hash.slice(1)
  const [fallback] = examples
  const named = examples.find(({ name }) => fragment === `example=${name}`)
  try {
    if (fragment === '' || named !== undefined) {
      const example = named ?? fallback
      if (example !== undefined) openExample(example)
      else results.show(undefined)
      return
    }
    const shared = decodeShare(fragment)
    notify(null)
    project.load(shared.files, shared.open, shared.before)
    results.startFrom(shared)
    results.show(shared.panel)
    writeAddress(fragment)
    byId<HTMLSelectElement>('example').value = ''
  } catch (error) {
    if (!(error instanceof ShareError)) throw error
    if (fallback !== undefined) openExample(fallback)
    notify(`This link cannot be opened: ${error.message}.`)
  }
}

function soonInAddress(): void {
  clearTimeout(addressTimer)
  addressTimer = setTimeout(() => {
    const size = project.files.reduce((sum, { text }) => sum + text.length, 0)
    if (size > SMALL) return
    try {
      writeAddress(fragmentOf())
    } catch {
      // `Share` says why.
    }
  }, SETTLED)
}

function fragmentOf(): string {
  const { before, open, files } = project
  const { request, panel } = results
  const isUnchanged = JSON.stringify(before) === JSON.stringify(files)
  return encodeShare(files, { open, panel, ...(request !== undefined && { request }), ...(!isUnchanged && { before }) })
}

function writeAddress(fragment: string): void {
  clearTimeout(addressTimer)
  ownFragment = fragment
  history.replaceState(null, '', `#${fragment}`)
  byId<HTMLAnchorElement>('standalone').href = `${location.pathname}#${fragment}`
}

async function share(): Promise<void> {
  try {
    const fragment = fragmentOf()
    const page = `${location.origin}${location.pathname}`
    await showTexts('Share', [
      { label: 'Link to this project', text: `${page}#${fragment}` },
      {
        label: 'HTML to embed it',
        text: `<iframe src="${page}?embed#${fragment}" title="iap playground" width="100%" height="520"></iframe>`,
      },
    ])
  } catch (error) {
    if (!(error instanceof ShareError)) throw error
    notify(`This project cannot be shared: ${error.message}.`)
  }
}

function notify(text: string | null): void {
  const notice = byId('notice')
  notice.hidden = text === null
  notice.textContent = text ?? ''
}
