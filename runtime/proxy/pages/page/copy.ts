/** Copies the request ID of a refusal page. Without this script there is no button, and a click on the ID selects it. */

const button = document.querySelector<HTMLButtonElement>('.copy')
const id = document.querySelector<HTMLElement>('.request-id')

/** Copies by the selection where the page is not a secure context, which lacks the clipboard. */
function copySelected(of: HTMLElement): boolean {
  getSelection()?.selectAllChildren(of)
  return document.execCommand('copy')
}

async function copy(of: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(of.textContent ?? '')
    return true
  } catch {
    return copySelected(of)
  }
}

if (button !== null && id !== null) {
  const { done = '' } = button.dataset
  button.hidden = false
  button.addEventListener('click', async () => {
    if (await copy(id)) button.textContent = done
  })
}
