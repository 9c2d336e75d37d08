import { type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, GutterMarker, gutter } from '@codemirror/view'
import type { Mark } from '../panels/tests.ts'

type Covered = Mark['covered']

const RANK: readonly Covered[] = ['all', 'some', 'none']

/** What tests cover of one line. */
class CoverageMarker extends GutterMarker {
  readonly #covered: Covered
  readonly #title: string

  constructor(covered: Covered, title: string) {
    super()
    this.#covered = covered
    this.#title = title
  }

  override toDOM(): Node {
    const made = document.createElement('div')
    made.className = `cm-covered-${this.#covered}`
    made.title = this.#title
    return made
  }
}

const setMarks = StateEffect.define<readonly Mark[]>()

const marks = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(known, { changes, effects, state: { doc } }) {
    const found = effects.find((effect) => effect.is(setMarks))?.value as readonly Mark[] | undefined
    if (found === undefined) return known.map(changes)
    const lines = new Map<number, Mark[]>()
    for (const mark of found) {
      const line = mark.range.start.line + 1
      if (line <= doc.lines) lines.set(line, [...(lines.get(line) ?? []), mark])
    }
    return RangeSet.of(
      [...lines].map(([line, of]) => {
        const worst = Math.max(...of.map(({ covered }) => RANK.indexOf(covered)))
        return new CoverageMarker(RANK[worst] ?? 'none', of.map(({ message }) => message).join('\n')).range(doc.line(line).from)
      }),
      true,
    )
  },
})

/** A gutter that shows for each route, rule and clause whether a test covers it. */
export function coverageGutter(): Extension {
  return [marks, gutter({ class: 'cm-coverage', markers: (view) => view.state.field(marks) })]
}

export function showCoverage(view: EditorView, found: readonly Mark[]): void {
  view.dispatch({ effects: setMarks.of(found) })
}
