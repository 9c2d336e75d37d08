import { element } from './element.ts'

export interface TabItem {
  readonly id: string
  readonly title: string
  /** What screen readers say after the title, and a dot shows: `2 errors`. */
  readonly note?: string
  readonly isBad?: boolean
}

/** Tabs by the pattern of the ARIA Authoring Practices: one of them can be reached by Tab, and arrows move between them. */
export class Tabs {
  readonly list: HTMLElement
  readonly #panelOf: (id: string) => string
  readonly #choose: (id: string) => void
  #items: readonly TabItem[] = []
  #selected = ''

  /**
   * @param list the element of the tabs
   * @param panelOf returns the ID of the element that a tab controls
   * @param choose is called when the user selects a tab
   */
  constructor(list: HTMLElement, panelOf: (id: string) => string, choose: (id: string) => void) {
    this.list = list
    this.#panelOf = panelOf
    this.#choose = choose
    list.setAttribute('role', 'tablist')
    list.addEventListener('keydown', (event) => this.#move(event))
  }

  show(items: readonly TabItem[], selected: string): void {
    const hadFocus = this.list.contains(document.activeElement)
    this.#items = items
    this.#selected = selected
    this.list.replaceChildren(...items.map((item) => this.#tab(item)))
    const tab = this.list.querySelector<HTMLElement>('[aria-selected=true]')
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    if (hadFocus) tab?.focus()
  }

  #tab({ id, title, note, isBad = false }: TabItem): HTMLElement {
    const isSelected = id === this.#selected
    const made = element(
      'button',
      {
        ...{ type: 'button', role: 'tab', id: `tab-${id}`, 'aria-selected': String(isSelected) },
        ...{ 'aria-controls': this.#panelOf(id), tabindex: isSelected ? '0' : '-1' },
      },
      title,
    )
    if (note !== undefined) {
      made.append(
        element('span', { class: isBad ? 'note bad' : 'note', 'aria-hidden': 'true' }),
        element('span', { class: 'unseen' }, ` (${note})`),
      )
      made.title = note
    }
    made.addEventListener('click', () => this.#choose(id))
    return made
  }

  #move(event: KeyboardEvent): void {
    const at = this.#items.findIndex(({ id }) => id === this.#selected)
    const { length } = this.#items
    const next = { ArrowRight: (at + 1) % length, ArrowLeft: (at + length - 1) % length, Home: 0, End: length - 1 }[event.key]
    const item = next === undefined ? undefined : this.#items[next]
    if (item === undefined) return
    event.preventDefault()
    this.#choose(item.id)
    this.list.querySelector<HTMLElement>('[aria-selected=true]')?.focus()
  }
}
