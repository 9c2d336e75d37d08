import type { Command, Flag } from '../../cli/command.ts'
import { commands } from '../../cli/commands/index.ts'
import { table, wrap } from './markdown.ts'

/** Returns a section for each command: its summary, usage, flags and the rest of its help. */
export function commandsReference(): string {
  return commands.map(sectionOf).join('\n\n')
}

function sectionOf({ name, summary, operands, flags, more }: Command): string {
  const hasFlags = Object.keys(flags).length > 0
  const usage = ['iap', name, operands, hasFlags ? '[FLAGS]' : ''].filter((part) => part !== '').join(' ')
  return [
    `## \`iap ${name}\``,
    `${summary}.`,
    `\`\`\`text\n${usage}\n\`\`\``,
    ...(hasFlags ? [table(['flag', 'effect'], Object.entries(flags).map(rowOf))] : []),
    ...(more === undefined ? [] : paragraphsOf(more)),
  ].join('\n\n')
}

function rowOf([name, { type, short, value, oneOf, multiple, help }]: readonly [string, Flag]): readonly string[] {
  const argument = type === 'boolean' ? '' : ` ${oneOf?.join('|') ?? value ?? 'VALUE'}`
  const spelled = `\`--${name}${argument}\`${short === undefined ? '' : `, \`-${short}\``}`
  return [`${spelled}${multiple === true ? ', may repeat' : ''}`, help]
}

/** Returns paragraphs of a help text. Indented ones are examples and lists, which stay as they are. */
function paragraphsOf(text: string): readonly string[] {
  return text
    .trim()
    .split('\n\n')
    .map((part) => (part.startsWith('  ') ? `\`\`\`text\n${part.replaceAll(/^ {2}/gm, '')}\n\`\`\`` : wrap(part)))
}
