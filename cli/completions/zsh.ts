import type { CompletionCommand, CompletionFlag, CompletionTable, CompletionValue } from './completion-table.ts'

/**
 * Returns a completion script for zsh: a file `_iap` in `fpath`, or to be sourced after `compinit`.
 *
 * @example iap completions zsh > ~/.zfunc/_iap
 */
export function zshCompletions({ first, second, flags, commands }: CompletionTable): string {
  const groups = [...second.keys()].join('|')
  return `#compdef iap
# Completions of iap for zsh, printed by \`iap completions zsh\`.

_iap() {
  local name at=2
  local -a commands
  if (( CURRENT > 2 )) && [[ $words[2] == help ]]; then at=3; fi
  if (( CURRENT == at )); then
    if [[ $PREFIX == -* ]]; then commands=(${described(flags)})
    else commands=(${described(first)})
    fi
    _describe -t commands command commands
    return
  fi
  name=$words[at]
  case $name in
    ${groups})
      if (( CURRENT == at + 1 )); then
        case $name in
${[...second].map(([word, rest]) => `          ${word}) commands=(${described(rest)}) ;;`).join('\n')}
        esac
        _describe -t commands command commands
        return
      fi
      name="$name $words[at+1]"
      (( at += 1 )) ;;
  esac
  if [[ $words[2] == help ]]; then return 1; fi
  # \`_arguments\` expects the command as the first word.
  shift $(( at - 1 )) words
  (( CURRENT -= at - 1 ))
  case $name in
${commands.map((command) => `    ${quoted(command.name)}) _arguments -s -S ${specs(command).join(' ')} ;;`).join('\n')}
    *) return 1 ;;
  esac
}

if [[ $funcstack[1] == _iap ]]; then _iap "$@"; else compdef _iap iap; fi
`
}

function described(words: ReadonlyMap<string, string>): string {
  return [...words].map(([word, help]) => quoted(`${word}:${help}`)).join(' ')
}

function specs({ flags, operands }: CompletionCommand): readonly string[] {
  const { most, least, placeholder, value } = operands
  const what = `${escaped(placeholder)}:${actionOf(value)}`
  const places =
    most === Number.POSITIVE_INFINITY
      ? [`*:${what}`]
      : Array.from({ length: most }, (_, at) => `${at + 1}${at < least ? ':' : '::'}${what}`)
  return [...flags.flatMap(flagSpecs), ...places.map(quoted)]
}

function flagSpecs({ spellings, help, repeats, placeholder, value }: CompletionFlag): readonly string[] {
  const others = repeats ? '*' : spellings.length > 1 ? `(${spellings.join(' ')})` : ''
  return spellings.map((spelling) => {
    if (value === null) return quoted(`${others}${spelling}[${escaped(help)}]`)
    const sign = spelling.startsWith('--') ? '=' : '+'
    return quoted(`${others}${spelling}${sign}[${escaped(help)}]:${escaped(placeholder)}:${actionOf(value)}`)
  })
}

function actionOf({ words, files, folders, assigns }: CompletionValue): string {
  const list = words.join(' ')
  if (assigns) return `{ compset -P "*=" && _files || compadd -S "" -- ${list} }`
  if (words.length > 0) return `(${list})`
  if (files === 'any') return '_files'
  if (files !== null) return `_files -g "*.(${files.join('|')})(-.)"`
  return folders ? '_files -/' : ' '
}

/** Escapes the characters that separate the parts of a specification. */
function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
