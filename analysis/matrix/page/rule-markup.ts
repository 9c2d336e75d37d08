import type { Residual } from '../index.ts'
import { breakable, html, type Markup } from './markup.ts'
import type { Notes, RuleNote } from './notes.ts'
import { residualLine } from './words.ts'

/** Returns a rule with its remaining conditions as an HTML list item, or a link to a note instead of long conditions. */
export function ruleMarkup(effect: RuleNote['effect'], residual: Residual, notes: Notes): Markup {
  const note = notes.get(residualLine(effect, residual))
  if (note === undefined) return itemOf(effect, residual, clausesOf(residual))
  const text = String(note.number)
  return itemOf(effect, residual, html` <a href="#rule-${text}">see note ${text}</a>`)
}

/** Returns the section with all notes as HTML, which is placed below the tables. */
export function notesMarkup(notes: Notes): Markup | string {
  if (notes.size === 0) return ''
  const items = [...notes.values()].map(
    ({ number, effect, residual }) => html`<h3 id="rule-${String(number)}">Note ${String(number)}</h3>\
<ul class="rules">${itemOf(effect, residual, clausesOf(residual))}</ul>`,
  )
  return html`<section class="notes" aria-labelledby="notes">
<h2 id="notes">Notes</h2>
${items}
</section>
`
}

function itemOf(effect: RuleNote['effect'], { rule }: Residual, more: Markup | readonly Markup[]): Markup {
  const name = html`<span class="name">${breakable(rule)}</span>`
  return html`<li class="${effect}"><span class="effect">${effect}</span> ${name}${more}</li>`
}

function clausesOf({ clauses }: Residual): readonly Markup[] {
  return clauses.map((clause) => {
    const [word = '', ...rest] = clause.split(' ')
    return html`<code><b>${word}</b> ${rest.join(' ')}</code>`
  })
}
