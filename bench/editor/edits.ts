/** Edits of one document as people type: a few characters or lines each. Most leave text that cannot be read yet. */
import type { Random } from '../random.ts'

/** The kind of an edit, and what it makes of a text: `inserted` takes the place of `removed` characters at `offset`. */
export interface Edit {
  readonly kind: 'condition' | 'clause' | 'rule' | 'name' | 'role' | 'type' | 'comment'
  readonly offset: number
  readonly removed: number
  readonly inserted: string
}

/**
 * Returns `count` edits of one text, each of what the one before it left. Of twenty tasks, one changes a role and one a type,
 * on which rules of all files may depend.
 */
export function typedEdits(text: string, count: number, random: Random): Edit[] {
  const edits: Edit[] = []
  let now = text
  for (let task = 0; edits.length < count; task += 1) {
    for (const edit of oneTask(now, task, random)) {
      edits.push(edit)
      now = applied(now, edit)
    }
  }
  return edits.slice(0, count)
}

export function applied(text: string, { offset, removed, inserted }: Edit): string {
  return `${text.slice(0, offset)}${inserted}${text.slice(offset + removed)}`
}

/** One thing that somebody wants to change. */
function oneTask(text: string, task: number, random: Random): Edit[] {
  switch (task % 20) {
    case 7:
      return typedAt('role', place(text, /^role .*$/gm, random, 'end'), ' && caller.sub != "x"', 7)
    case 13:
      return typedAt('type', place(text, /^type \w+ = \{/gm, random, 'end'), ' more?: string,', 5)
  }
  switch (task % 4) {
    case 0:
      return typedAt('condition', afterClause(text, random), '\n  when request.path.size() < 900', 3)
    case 1:
      return typedAt('clause', afterClause(text, random), '\n  require mfa within 30m', 3)
    case 2:
      return typedAt('rule', beforeRule(text, random), ruleOf(text, task), 12)
    default:
      return typedAt('name', place(text, /^(?:permit|forbid) \w+/gm, random, 'end'), '_too', 1)
  }
}

/** A text that is typed, `step` characters at a time. */
function typedAt(kind: Edit['kind'], at: number, text: string, step: number): Edit[] {
  const edits: Edit[] = []
  for (let from = 0; from < text.length; from += step)
    edits.push({ kind, offset: at + from, removed: 0, inserted: text.slice(from, from + step) })
  return edits
}

const afterClause = (text: string, random: Random) => place(text, /^ {2}to .*$/gm, random, 'end')
const beforeRule = (text: string, random: Random) => place(text, /^permit \w+/gm, random, 'start')

function ruleOf(text: string, task: number): string {
  const [, service = ''] = /^service (\w+)/m.exec(text) ?? []
  return `permit ${service}_typed_${task}\n  on ${service}.health\n  to anyone\n  when request.path.size() < ${task}\n\n`
}

function place(text: string, pattern: RegExp, random: Random, side: 'start' | 'end'): number {
  const found = random.pick([...text.matchAll(pattern)])
  return side === 'start' ? found.index : found.index + found[0].length
}
