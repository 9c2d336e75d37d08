import { button, byId, element } from './element.ts'

/**
 * Asks for a text in a dialog. Resolves to null if the user cancels.
 *
 * @param problem returns why a text is not accepted; null if it is
 */
export function askText(title: string, initial: string, problem: (text: string) => string | null): Promise<string | null> {
  const input = element('input', { id: 'dialog-text', type: 'text', value: initial, spellcheck: 'false', autocomplete: 'off' })
  const message = element('p', { id: 'dialog-problem', class: 'bad', role: 'alert' })
  input.setAttribute('aria-describedby', message.id)
  const accept = () => {
    const found = problem(input.value.trim())
    message.textContent = found ?? ''
    return found === null
  }
  return show(title, [element('label', { for: input.id }, 'Name'), input, message], 'Save', accept).then((isAccepted) =>
    isAccepted ? input.value.trim() : null,
  )
}

/** Asks whether to go on. */
export function askConfirmation(title: string, text: string, action: string): Promise<boolean> {
  return show(title, [element('p', {}, text)], action, () => true)
}

/** Shows texts that can be copied. */
export async function showTexts(
  title: string,
  texts: readonly { readonly label: string; readonly text: string }[],
): Promise<void> {
  const rows = texts.flatMap(({ label, text }, at) => {
    const input = element('input', { id: `copy-${at}`, type: 'text', value: text, readonly: true })
    input.addEventListener('focus', () => input.select())
    const done = element('span', { role: 'status', class: 'hint' })
    const copy = button('Copy', () => {
      input.select()
      // Some browsers refuse; the text is selected then.
      navigator.clipboard?.writeText(text).then(
        () => done.replaceChildren('copied'),
        () => done.replaceChildren('press Ctrl+C to copy'),
      )
    })
    return [element('label', { for: input.id }, label), element('div', { class: 'copy' }, input, copy, done)]
  })
  await show(title, rows, null, () => true)
}

function show(title: string, content: readonly HTMLElement[], action: string | null, accept: () => boolean): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>('dialog')
  const form = element('form', { method: 'dialog' })
  const cancel = button(action === null ? 'Close' : 'Cancel', () => dialog.close('no'), { class: 'quiet' })
  const heading = element('h2', { id: 'dialog-title' }, title)
  form.append(
    heading,
    ...content,
    element('p', { class: 'actions' }, cancel, ...(action === null ? [] : [element('button', { type: 'submit' }, action)])),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (accept()) dialog.close('yes')
  })
  dialog.replaceChildren(form)
  dialog.returnValue = 'no'
  dialog.showModal()
  dialog.querySelector<HTMLInputElement>('input')?.select()
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}
