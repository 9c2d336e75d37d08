// Completions by the shells themselves, each asked for whole command lines in a folder of files.

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../../cli/commands/index.ts'
import { emptyFolder, folderOf, program, root } from './iap.ts'
import { inside } from './inside.ts'

/** Completes each line, and returns the words offered, without a shell's quotes and marks of folders. */
type Completer = (folder: string, script: string, lines: readonly string[]) => Promise<readonly (readonly string[])[]>

/** The words of a command line as bash splits it. */
function bashWords(line: string): readonly string[] {
  const words = line
    .split(' ')
    .flatMap((word) => word.split(/(=)/).filter((part, at, all) => part !== '' || at === all.length - 1))
  return words.at(-1) === '' && line.endsWith('=') ? words.slice(0, -1) : words
}

const bash: Completer = async (folder, script, lines) => {
  const asks = lines.map((line) => {
    const words = bashWords(line)
    return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _iap; show`
  })
  const show = `show() { local each; for each in "\${COMPREPLY[@]}"; do printf '%s\\t' "$each"; done; echo; }`
  const text = ['set -u', `source '${script}'`, 'compopt() { :; }', show, ...asks].join('\n')
  return rows(await run('bash', ['--norc', '-c', text], folder))
}

const fish: Completer = async (folder, script, lines) => {
  const asks = lines.map((line) => `complete -C '${line}' | string replace -r '\\t.*' '' | string join \\t; echo \\n-`)
  const text = [`source '${script}'`, ...asks].join('\n')
  const answers = (await run('fish', ['--no-config', '-c', text], folder)).split('\n-\n').slice(0, -1)
  return answers.map((answer, at) => wordsIn(answer.trim(), lines[at]?.split(' ').at(-1) ?? ''))
}

/** zsh completes only on a terminal: one of zsh's own, whose editor asks as soon as it starts. */
const zsh: Completer = async (folder, script, lines) => {
  const home = emptyFolder()
  copyFileSync(script, join(home, '_iap'))
  writeFileSync(
    join(home, '.zshrc'),
    `fpath=('${home}' $fpath); autoload -U compinit; compinit -D -u
typeset -ga found
compadd() {
  if [[ " \${(j: :)@[1,(i)(-|--)]} " != *' -'[OAD]' '* ]]; then
    local -a matches; builtin compadd -A matches "$@"; found+=("\${matches[@]}")
  fi
  builtin compadd "$@"
}
probe() {
  local line
  for line in ${lines.map((line) => `'${line}'`).join(' ')}; do
    found=(); BUFFER=$line; CURSOR=$#BUFFER; zle list-choices
    print -r -- "\${(pj:\\t:)found}" >> '${home}/answers'
  done
  exit
}
zle -N zle-line-init probe
`,
  )
  const session = `zmodload zsh/zpty; zpty asked "ZDOTDIR='${home}' zsh -i"; while zpty -r asked text; do :; done`
  await run('zsh', ['-f', '-c', session], folder)
  return rows(readFileSync(join(home, 'answers'), 'utf8'))
}

function run(shell: string, words: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell, words, { cwd, env: { PATH: process.env.PATH ?? '', HOME: cwd, TERM: 'xterm', LC_ALL: 'C.UTF-8' } })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text
    })
    child.once('error', reject)
    child.once('close', () => (said.err === '' ? resolve(said.out) : reject(new Error(said.err))))
  })
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((row) => wordsIn(row, ''))
}

function wordsIn(row: string, word: string): readonly string[] {
  const prefix = word.slice(0, word.lastIndexOf('=') + 1)
  const words = row.split('\t').filter((one) => one !== '')
  const plain = words.map((one) =>
    (one.startsWith(prefix) ? one.slice(prefix.length) : one).replaceAll('\\', '').replace(/\/$/, ''),
  )
  return [...new Set(plain)].sort()
}

const FILES = ['a.iap', 'b.txt', 'c.iapb', 'x y.iap']
const everything = [...FILES, 'policies'].sort()
const firstWords = [...new Set(commands.map(({ name }) => name.split(' ')[0] as string)), 'help'].sort()
const secondWords = (group: string) =>
  commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : [])).sort()
const formatsOf = (wanted: string) => commands.find(({ name }) => name === wanted)?.flags.format?.oneOf?.toSorted() ?? []

const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['iap ', firstWords],
  ['iap che', ['check']],
  ['iap --v', ['--version']],
  ['iap audit ', secondWords('audit')],
  ['iap rollout prom', ['promote']],
  ['iap help ', firstWords],
  ['iap help audit q', ['query']],
  ['iap help check ', []],
  ['iap check --f', ['--fix', '--format']],
  ['iap key create --hm', ['--hmac-key', '--hmac-key-env']],
  ['iap check --format ', formatsOf('check')],
  ['iap test --format=ju', ['junit']],
  ['iap audit query --effect d', ['deny']],
  ['iap check --output gitl', ['gitlab=']],
  ['iap check --output sarif=b', ['b.txt']],
  ['iap build a.iap -o ', everything],
  ['iap lint --budget ', []],
  ['iap init ', ['policies']],
  ['iap completions ', ['bash', 'fish', 'zsh']],
  ['iap nonsense ', []],
]

/** fish offers files of other extensions after those that fit. */
const BY_EXTENSION: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['iap check ', ['a.iap', 'policies', 'x y.iap']],
  ['iap explain --bundle ', ['c.iapb', 'policies']],
  ['iap diff ', ['a.iap', 'c.iapb', 'policies', 'x y.iap']],
]

const SHELLS: readonly (readonly [string, Completer])[] = [
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]

function isMissing(shell: string): boolean {
  return spawnSync(shell, ['--version']).error !== undefined
}

describe.each(SHELLS)('%s', (shell, complete) => {
  test.skipIf(isMissing(shell))('completes commands, flags, their values, and files', async () => {
    const folder = folderOf(Object.fromEntries(FILES.map((name) => [name, ''])))
    mkdirSync(join(folder, 'policies'))
    const { code, stdout } = await inside(['completions', shell])
    expect(code).toBe(0)
    const script = join(emptyFolder(), 'script')
    writeFileSync(script, stdout)
    const cases = [...CASES, ...BY_EXTENSION]
    const answers = await complete(
      folder,
      script,
      cases.map(([line]) => line),
    )
    const offered = cases.map(([line], at) => [line, answers[at]])
    const expected = cases.map(([line, words]) => [line, shell === 'fish' && at(line) ? everything : words])
    expect(offered).toEqual(expected)
  })
})

function at(line: string): boolean {
  return BY_EXTENSION.some(([one]) => one === line)
}

test.skipIf(isMissing('bash'))('bash without `compopt` inserts the names of files quoted', async () => {
  const folder = folderOf({ 'a$(touch b).iap': '', 'a;`c` d.iap': '' })
  const script = join(folder, 'script')
  writeFileSync(script, (await inside(['completions', 'bash'])).stdout)
  const text = `source '${script}'; compopt() { return 1; }; COMP_WORDS=(iap check a); COMP_CWORD=2; _iap
    for each in "\${COMPREPLY[@]}"; do eval "words=($each)"; printf '%s\\n' "\${#words[@]} $words"; done; ls`
  const { stdout } = spawnSync('bash', ['--norc', '-c', text], { cwd: folder, encoding: 'utf8' })
  expect(stdout.trimEnd().split('\n').sort()).toEqual([
    '1 a$(touch b).iap',
    '1 a;`c` d.iap',
    'a$(touch b).iap',
    'a;`c` d.iap',
    'script',
  ])
})

test('an unknown shell is an error with the known ones', async () => {
  const { code, stdout, stderr } = await inside(['completions', 'constructor'])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('there are no completions for the shell `constructor`\n  help: it is one of bash, zsh, fish')
})

describe('docs/reference/completions.md', () => {
  const page = readFileSync(join(root, 'docs/reference/completions.md'), 'utf8')
  const installing = new Map(
    [...page.matchAll(/^## (\w+)\n[\s\S]*?```sh\n([\s\S]*?)```/gm)].map(([, shell = '', text = '']) => [shell, text]),
  )

  test.for([
    ['bash', ['-ic', 'complete -p iap'], 'complete -F _iap iap'],
    ['zsh', ['-ic', 'print $_comps[iap]'], '_iap'],
    ['fish', ['-c', 'complete -C "iap completi"'], 'completions\t'],
  ] as const)('installs completions for %s', ([shell, words, expected], { skip }) => {
    skip(isMissing(shell), `there is no ${shell}`)
    const home = emptyFolder()
    const iap = join(home, 'iap')
    writeFileSync(iap, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
    chmodSync(iap, 0o755)
    const env = { PATH: `${home}:${process.env.PATH}`, HOME: home, TERM: 'xterm' }
    expect(spawnSync('sh', ['-ec', installing.get(shell) ?? 'exit 1'], { env }).status).toBe(0)
    expect(spawnSync(shell, words, { env, encoding: 'utf8' }).stdout).toContain(expected)
  })
})
