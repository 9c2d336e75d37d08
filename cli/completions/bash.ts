import type { CompletionCommand, CompletionTable, CompletionValue } from './completion-table.ts'

/**
 * Returns a completion script for bash 3.2 and later, which needs no other package.
 *
 * @example eval "$(iap completions bash)"
 */
export function bashCompletions({ first, second, flags, commands }: CompletionTable): string {
  const groups = [...second.keys()].join('|')
  return `# Completions of iap for bash, printed by \`iap completions bash\`.

# Prints the words that follow the given words of a command.
_iap_words() {
  case $1 in
    '') echo '${[...first.keys()].join(' ')}' ;;
${[...second].map(([word, rest]) => `    ${word}) echo '${[...rest.keys()].join(' ')}' ;;`).join('\n')}
  esac
}

# Prints the flags of a command.
_iap_flags() {
  case $1 in
    '') echo '${[...flags.keys()].join(' ')}' ;;
${commands.map((command) => `    '${command.name}') echo '${spellings(command).join(' ')}' ;;`).join('\n')}
  esac
}

# Prints the kind of the value of a flag, and its words. Prints nothing if the flag takes no value.
_iap_value() {
  case $1 in
${cases(commands.flatMap(flagValues))}
  esac
}

# Prints the kind of the operands of a command, and their words.
_iap_operands() {
  case $1 in
${cases(commands.map(({ name, operands }): [string, CompletionValue] => [name, operands.value]))}
  esac
}

_iap_add() {
  local line
  while IFS= read -r line; do
    if [[ -n $quotes ]]; then printf -v line %q "$line"; fi
    COMPREPLY[\${#COMPREPLY[@]}]=$line
  done
}

# Adds the completions of a kind, with its words, that begin with the given text.
_iap_complete() {
  local kind=$1 words=$2 current=$3 quotes= extension
  case $kind in
    words) _iap_add < <(compgen -W "$words" -- "$current"); return ;;
    assign)
      _iap_add < <(compgen -W "$words" -- "$current")
      compopt -o nospace 2>/dev/null
      return ;;
    none) return ;;
  esac
  # Before bash 4, \`compopt\` is missing, and bash does not quote what it inserts: a file may be named \`$(command)\`.
  compopt -o filenames 2>/dev/null || quotes=yes
  case $kind in
    files) _iap_add < <(compgen -f -- "$current") ;;
    folders) _iap_add < <(compgen -d -- "$current") ;;
    only)
      _iap_add < <(compgen -d -- "$current")
      for extension in $words; do _iap_add < <(compgen -f -X "!*.$extension" -- "$current"); done ;;
  esac
}

_iap() {
  local current=\${COMP_WORDS[COMP_CWORD]} flag=\${COMP_WORDS[COMP_CWORD-1]} first=1 name kind words
  COMPREPLY=()
  # Bash splits words at \`=\`: \`--format=json\` is three words.
  if [[ $current == '=' ]]; then current=
  elif [[ $flag == '=' ]]; then flag=\${COMP_WORDS[COMP_CWORD-2]}
  else [[ $current == -* ]] && flag=
  fi
  if [[ $COMP_CWORD -gt 1 && \${COMP_WORDS[1]} == help ]]; then first=2; fi
  if (( COMP_CWORD == first )); then
    if [[ $current == -* ]]; then _iap_complete words "$(_iap_flags '')" "$current"
    else _iap_complete words "$(_iap_words '')" "$current"
    fi
    return
  fi
  name=\${COMP_WORDS[first]}
  case $name in
    ${groups})
      if (( COMP_CWORD == first + 1 )); then
        _iap_complete words "$(_iap_words "$name")" "$current"
        return
      fi
      name="$name \${COMP_WORDS[first+1]}" ;;
  esac
  if (( first == 2 )); then return; fi
  read -r kind words < <(_iap_value "$name $flag")
  if [[ -n $kind ]]; then _iap_complete "$kind" "$words" "$current"
  elif [[ $flag == '=' || \${COMP_WORDS[COMP_CWORD-1]} == '=' || \${COMP_WORDS[COMP_CWORD]} == '=' ]]; then
    # What follows \`sarif=\`.
    _iap_complete files '' "$current"
  elif [[ $current == -* ]]; then _iap_complete words "$(_iap_flags "$name")" "$current"
  else
    read -r kind words < <(_iap_operands "$name")
    _iap_complete "$kind" "$words" "$current"
  fi
}

complete -F _iap iap
`
}

function spellings({ flags }: CompletionCommand): readonly string[] {
  return flags.flatMap((flag) => flag.spellings)
}

function flagValues({ name, flags }: CompletionCommand): [string, CompletionValue][] {
  return flags.flatMap(({ spellings, value }) =>
    value === null ? [] : spellings.map((spelling): [string, CompletionValue] => [`${name} ${spelling}`, value]),
  )
}

/** Returns the cases of a \`case\`, one for all patterns with the same kind. */
function cases(entries: readonly (readonly [pattern: string, value: CompletionValue])[]): string {
  const patterns = new Map<string, string[]>()
  for (const [pattern, value] of entries) {
    const kind = kindOf(value)
    patterns.set(kind, [...(patterns.get(kind) ?? []), `'${pattern}'`])
  }
  return [...patterns].map(([kind, all]) => `    ${all.join('|')}) echo '${kind}' ;;`).join('\n')
}

function kindOf({ words, files, folders, assigns }: CompletionValue): string {
  if (assigns) return `assign ${words.join(' ')}`
  if (words.length > 0) return `words ${words.join(' ')}`
  if (files === 'any') return 'files'
  if (files !== null) return `only ${files.join(' ')}`
  return folders ? 'folders' : 'none'
}
