import type { CompletionCommand, CompletionTable, CompletionValue } from './completion-table.ts'

/**
 * Returns a completion script for fish 3.4 and later.
 *
 * @example iap completions fish > ~/.config/fish/completions/iap.fish
 */
export function fishCompletions({ first, second, flags, commands }: CompletionTable): string {
  const lines = [
    ...[...first].map(([word, help]) => `complete -c iap -n '__iap_at ""' -a ${word} -d ${quoted(help)}`),
    ...[...flags].map(([flag, help]) => `complete -c iap -n '__iap_at ""' -l ${flag.slice(2)} -d ${quoted(help)}`),
    ...[...second].flatMap(([group, words]) =>
      [...words].map(([word, help]) => `complete -c iap -n '__iap_at ${group}' -a ${word} -d ${quoted(help)}`),
    ),
    ...commands.flatMap(commandLines),
  ]
  return `# Completions of iap for fish, printed by \`iap completions fish\`.

# Whether the words before the cursor begin with a command and no other one: "" stands for no command yet.
function __iap_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l name "$words[1]"
    if test "$name" = help
        # Only the names of commands follow \`help\`.
        set name "$words[2]"
        contains -- "$argv[1]" "" ${[...second.keys()].join(' ')}; or return 1
    end
    if contains -- "$name" ${[...second.keys()].join(' ')}
        set name (string join -- ' ' $words[(test "$words[1]" = help; and echo 2; or echo 1)..])
        set name (string match -r -- '^\\S+(?: [a-z]\\S*)?' $name)
    end
    test "$name" = "$argv[1]"
end

# Completes the value after a sign: \`sarif=FILE\`.
function __iap_assigned
    set -l current (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    string match -q -- '*=*' $current; or begin
        string join -- \\n $argv
        return
    end
    set -l before (string replace -r -- '=.*' '=' $current)
    for file in (__fish_complete_path (string replace -r -- '^[^=]*=' '' $current))
        echo $before$file
    end
end

complete -c iap -f
${lines.join('\n')}
`
}

function commandLines({ name, flags, operands }: CompletionCommand): readonly string[] {
  const here = `complete -c iap -n '__iap_at "${name}"'`
  const rest = operands.most === 0 ? [] : [argumentsOf(operands.value)].filter((text) => text !== '')
  return [
    ...flags.map(({ spellings, help, value }) => {
      const names = spellings.map((spelling) =>
        spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
      )
      const takes = value === null ? [] : ['-r', ...(argumentsOf(value) === '' ? ['-f'] : [argumentsOf(value)])]
      return [here, ...names, ...takes, `-d ${quoted(help)}`].join(' ')
    }),
    ...rest.map((text) => `${here} ${text}`),
  ]
}

function argumentsOf({ words, files, folders, assigns }: CompletionValue): string {
  if (assigns) return `-f -a '(__iap_assigned ${words.join(' ')})'`
  if (words.length > 0) return `-f -a '${words.join(' ')}'`
  if (files === 'any') return '-F'
  if (files !== null) return `-f -a '${files.map((extension) => `(__fish_complete_suffix .${extension})`).join(' ')}'`
  return folders ? `-f -a '(__fish_complete_directories)'` : ''
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
