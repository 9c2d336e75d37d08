/**
 * Random edits, and requests at random places after each: the server answers all of them. After some edits and at the end, its
 * diagnostics and answers equal those of a server that is started anew. Small in the gate; 20,000 edits with IAP_FULL=1.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { type Random, randomFrom } from '../../../bench/random.ts'
import { type Client, positionAt } from '../client.ts'
import { type Question, questionsAt } from '../requests.ts'
import { expectCleanShutdown, startServer } from '../start-server.ts'
import { Editor } from './editor.ts'
import { drawEdits } from './edits.ts'
import { projects } from './projects.ts'

const full = process.env.IAP_FULL === '1'
const all = projects()
const names = full ? [...all.keys()] : ['helpdesk', 'generated']
/** Edits of each project, and after how many of them a server is started anew. */
const [edits, interval] = full ? [Math.ceil(20_000 / all.size), 125] : [60, 30]
/** Places at which both servers are asked everything. */
const COMPARED = 12
const seed = Number(process.env.IAP_SEED ?? 1)

test.each(names)(
  'after any edits (%s)',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'iap-edits-'))
    const server = startServer()
    try {
      await run(server.client, folder, name)
      expect([server.errors(), server.client.problems]).toEqual(['', []])
    } finally {
      server.process.kill()
      rmSync(folder, { recursive: true })
    }
  },
  // The full size takes longer than the default time-out.
  3_600_000,
)

async function run(client: Client, folder: string, name: string): Promise<void> {
  const random = randomFrom(seed)
  const editor = new Editor(client, folder)
  for (const [file, text] of all.get(name) as ReadonlyMap<string, string>) editor.write(file, text)
  await client.start([pathToFileURL(folder).href])
  for (const file of editor.disk.keys()) if (file.endsWith('.iap') && random.chance(0.7)) editor.openFile(file)
  if (editor.open.length === 0) editor.openFile([...editor.disk.keys()].find((file) => file.endsWith('.iap')) as string)
  const drawn = drawEdits(editor, random)
  const done: string[] = []
  let answers = 0
  let found = 0
  for (let edit = 1; edit <= edits; edit += 1) {
    done.push(drawn.edit())
    const { name: asked, offset } = drawn.place()
    const questions = questionsAt(client.capabilities, editor.uriOf(asked), positionAt(editor.textOf(asked), offset))
    const chosen = questions.filter(() => random.chance(0.5))
    await Promise.all(chosen.map((question) => answer(client, question, done)))
    answers += chosen.length
    if (edit % interval === 0) await compare(editor, random, `seed ${seed}, ${edit} edits: ${done.slice(-interval).join(', ')}`)
    found += [...client.diagnostics.values()].flat().length
  }
  if (full)
    console.log(
      `${name}: ${edits} edits, ${answers} answers; compared with ${Math.floor(edits / interval)} servers, ${found} diagnostics`,
    )
}

/** Longest time for an answer in milliseconds: one that never comes fails the test, also on a machine that does ten other things. */
const PATIENCE = 120_000

async function answer(client: Client, { method, params }: Question, done: readonly string[]): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${method} after ${done.slice(-5).join(', ')}`)), PATIENCE)
  })
  try {
    return withoutResultId(await Promise.race([client.ask(method, params), late]))
  } catch (error) {
    // A name that cannot be renamed is no fault.
    if (method === 'textDocument/rename' && (error as { code?: number }).code === -32803) return (error as Error).message
    throw new Error(`${method} ${JSON.stringify(params)} after ${done.slice(-5).join(', ')}: ${(error as Error).message}`)
  } finally {
    clearTimeout(timer)
  }
}

/** Semantic tokens have an ID, by which a client asks for the difference to them. It is another one on each server. */
function withoutResultId(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('resultId' in result)) return result
  const { resultId: _, ...rest } = result
  return rest
}

/** Compares diagnostics and answers with those of a server that is started anew on the same files and open documents. */
async function compare(editor: Editor, random: Random, after: string): Promise<void> {
  const fresh = startServer()
  try {
    await fresh.client.start([pathToFileURL(editor.folder).href])
    for (const name of editor.open) fresh.client.open(editor.uriOf(name), editor.textOf(name))
    const [one = ''] = editor.open
    // An edit that changes nothing, so that diagnostics of this version come.
    editor.setText(one, editor.textOf(one))
    for (const client of [editor.client, fresh.client]) {
      await client.diagnosticsOf(editor.uriOf(one), 'linted')
      // Those of all other documents were sent before the answer.
      await client.ask('textDocument/documentSymbol', { textDocument: { uri: editor.uriOf(one) } })
    }
    const sorted = ({ diagnostics }: Client) => Object.fromEntries([...diagnostics].sort(([a], [b]) => (a < b ? -1 : 1)))
    expect(sorted(editor.client), after).toEqual(sorted(fresh.client))
    for (let place = 0; place < COMPARED; place += 1) {
      const name = random.pick(editor.open)
      const text = editor.textOf(name)
      const position = positionAt(text, random.int(text.length + 1))
      for (const question of questionsAt(editor.client.capabilities, editor.uriOf(name), position)) {
        const [here, there] = await Promise.all([answer(editor.client, question, []), answer(fresh.client, question, [])])
        expect([question, here], after).toEqual([question, there])
      }
    }
    await expectCleanShutdown(fresh)
  } finally {
    fresh.process.kill()
  }
}
