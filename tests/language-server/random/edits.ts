/** What people do in an editor, drawn at random: they type, cut, paste, undo, leave things half done, rename files, and come back. */
import type { Random } from '../../../bench/random.ts'
import type { Editor } from './editor.ts'

/** Pieces of policies that are typed, a few characters at a time. */
const TYPED = [
  '\n  when caller.',
  '\n  when request.path.size() < 100 && ',
  '\n  when request.headers["x-a"] == "b"',
  '\n  unless mfa within 10m',
  '\n  require auth within 1h',
  '\n  because "It is so."',
  '\n  limit 5 per 1h by caller.sub',
  '\n  header "x-team" = "a"',
  '\n  except label ',
  '\n\npermit typed\n  on ',
  '\n\npermit typed_too\n  on label public\n  to anyone\n',
  '\n\nforbid all_of_it\n  on *\n  to anyone\n  because "Closed."\n',
  '\n\nrole typed of staff when caller.sub == "a"\n',
  '\n\ntype Typed = { id: string, tags: set<string> }\n',
  '\n\ndef typed(x: int): bool = x > 1 && [1, 2].exists(one, one == x)\n',
  '\n\nlabel typed\n',
  '\n\ndata typed: map<string, set<string>>\n',
  '\n\nservice typed at "typed.example" {\n  route a GET "/a/{id}"\n}\n',
  '\n\ninvariant typed\n  on *\n  denied when caller is anonymous\n',
  '\n\ntest "typed" { as anonymous GET "https://typed.example/a/1" expect deny }\n',
  '\n/// About what follows.\n',
  '\n// lint-ignore IAP5012 because it is so\n',
  'import { staff } from "./identity.iap"\n',
  '@deprecated("use another")\n',
  ' typed: string,',
  ' | "more"',
  '.exists(x, x.',
]

/** Characters that change how the rest of a text is read. */
const SIGNS = [...'"{}()[]\\@,|=.?<😀é', '//', '/*', '"""', '\u0000', '\uFEFF', '\r', '\t']

interface Typing {
  readonly name: string
  at: number
  rest: string
}

interface State {
  readonly editor: Editor
  readonly random: Random
  /** The texts to which people come back, by name. */
  readonly good: ReadonlyMap<string, string>
  typing: Typing | null
  clipboard: string
  made: number
}

type Act = (state: State) => boolean

export interface Drawn {
  /** Does one edit; returns its name. */
  edit(): string
  /** A name of a document, mostly of that which was edited last, and an offset in it. */
  place(): { readonly name: string; readonly offset: number }
}

export function drawEdits(editor: Editor, random: Random): Drawn {
  const state: State = { editor, random, good: new Map(editor.disk), typing: null, clipboard: '', made: 0 }
  let last: string | null = null
  return {
    edit: () => {
      for (;;) {
        const [name, act] = random.pick(ACTS)
        if (!act(state)) continue
        last = state.typing?.name ?? last
        return name
      }
    },
    place: () => {
      const name = last !== null && editor.open.includes(last) && random.chance(0.7) ? last : random.pick(editor.open)
      const { typing } = state
      const offset = typing?.name === name && random.chance(0.5) ? typing.at : random.int(editor.textOf(name).length + 1)
      return { name, offset }
    },
  }
}

const often = (times: number, name: string, act: Act) => Array.from({ length: times }, () => [name, act] as const)

const ACTS: readonly (readonly [string, Act])[] = [
  ...often(14, 'type', type),
  ...often(3, 'erase', ({ editor, random }) => {
    const name = random.pick(editor.open)
    const end = random.int(editor.textOf(name).length + 1)
    editor.replace(name, Math.max(0, end - 1 - random.int(6)), end, '')
    return true
  }),
  ...often(2, 'a sign', (state) => insert(state, state.random.pick(SIGNS))),
  ...often(2, 'another word', anotherWord),
  ...often(2, 'cut lines', cutLines),
  ...often(2, 'paste', (state) => state.clipboard !== '' && insert(state, state.clipboard)),
  ...often(1, 'a declaration twice', ({ editor, random }) => {
    const name = random.pick(editor.open)
    const text = editor.textOf(name)
    const part = random.pick(text.split(/\n\n+/))
    editor.replace(name, text.length, text.length, `\n\n${part}\n`)
    return true
  }),
  ...often(3, 'undo', ({ editor, random }) => {
    editor.undo(random.pick(editor.open), 1 + random.int(6))
    return true
  }),
  ...often(4, 'back to what was good', ({ editor, random, good }) => {
    const name = random.pick(editor.open)
    const text = good.get(name)
    if (text === undefined || editor.textOf(name) === text) return false
    editor.setText(name, text)
    return true
  }),
  ...often(1, 'other ends of lines', ({ editor, random }) => {
    const name = random.pick(editor.open)
    const text = editor.textOf(name)
    editor.setText(name, text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n'))
    return true
  }),
  ...often(1, 'save', ({ editor, random }) => {
    editor.save(random.pick(editor.open))
    return true
  }),
  ...often(1, 'close or open', ({ editor, random }) => {
    const name = random.pick([...editor.disk.keys()].filter((one) => one.endsWith('.iap')))
    if (!editor.open.includes(name)) editor.openFile(name)
    else if (editor.open.length > 2) editor.close(name)
    else return false
    return true
  }),
  ...often(1, 'a file renamed', (state) => {
    const { editor, random } = state
    const name = random.pick([...editor.disk.keys()])
    const wasOpen = editor.open.includes(name)
    if (wasOpen && editor.open.length < 3) return false
    if (wasOpen) editor.close(name)
    const other = name.replace(/[^/]*(?=\.\w+$)/, `moved_${state.made++}`)
    editor.rename(name, other)
    if (wasOpen) editor.openFile(other)
    return true
  }),
  ...often(2, 'all files as they were', ({ editor, good }) => {
    for (const name of [...editor.disk.keys()]) {
      if (good.has(name)) continue
      if (editor.open.includes(name)) editor.close(name)
      editor.remove(name)
    }
    for (const [name, text] of good) if (editor.disk.get(name) !== text) editor.write(name, text)
    if (editor.open.length === 0) for (const name of good.keys()) if (name.endsWith('.iap')) editor.openFile(name)
    return true
  }),
  ...often(1, 'a file written by another program', ({ editor, random }) => {
    const name = random.pick([...editor.disk.keys()])
    const text = editor.disk.get(name) as string
    const at = random.int(text.length + 1)
    editor.write(name, random.chance(0.5) ? text.slice(0, at) : `${text.slice(0, at)} ${text.slice(at)}`)
    return true
  }),
  ...often(1, 'a project in a project', ({ editor, random }) => {
    const name = random.pick([...editor.disk.keys()]).replace(/[^/]*$/, 'iap.json')
    if (editor.disk.has(name)) editor.remove(name)
    else editor.write(name, random.pick(['{ "language": 1 }\n', '{ "language": 2 }\n', '{']))
    return true
  }),
]

function type(state: State): boolean {
  const { editor, random } = state
  if (state.typing === null || !editor.open.includes(state.typing.name) || state.typing.rest === '' || random.chance(0.03)) {
    const name = random.pick(editor.open)
    const text = editor.textOf(name)
    const ends = [...text.matchAll(/$/gm)].map(({ index }) => index)
    state.typing = { name, at: random.pick(ends), rest: random.pick(TYPED) }
  }
  const { typing } = state
  const typed = typing.rest.slice(0, 1 + random.int(4))
  const at = Math.min(typing.at, editor.textOf(typing.name).length)
  editor.replace(typing.name, at, at, typed)
  typing.rest = typing.rest.slice(typed.length)
  typing.at = at + typed.length
  return true
}

function insert({ editor, random }: State, text: string): boolean {
  const name = random.pick(editor.open)
  const at = random.int(editor.textOf(name).length + 1)
  editor.replace(name, at, at, text)
  return true
}

function anotherWord({ editor, random }: State): boolean {
  const [name, from] = [random.pick(editor.open), random.pick(editor.open)]
  const words = [...editor.textOf(name).matchAll(/\w+/g)]
  const others = editor.textOf(from).match(/\w+/g) ?? []
  if (words.length === 0 || others.length === 0) return false
  const { 0: word, index } = random.pick(words)
  editor.replace(name, index, index + word.length, random.pick(others))
  return true
}

function cutLines(state: State): boolean {
  const { editor, random } = state
  const name = random.pick(editor.open)
  const text = editor.textOf(name)
  const starts = [...text.matchAll(/^/gm)].map(({ index }) => index)
  const first = random.int(starts.length)
  const [start, end] = [starts[first] as number, starts[first + 1 + random.int(5)] ?? text.length]
  state.clipboard = text.slice(start, end)
  editor.replace(name, start, end, '')
  return true
}
