import { byId } from './element.ts'

const THEMES = ['system', 'light', 'dark']
const KEY = 'iap-playground-theme'

/** Lets the user choose a theme, which is kept for the next visit. `system` is that of the browser. */
export function serveTheme(): void {
  const choice = byId<HTMLSelectElement>('theme')
  choice.value = kept()
  apply(choice.value)
  choice.addEventListener('change', () => {
    apply(choice.value)
    try {
      localStorage.setItem(KEY, choice.value)
    } catch {
      // A browser may forbid it, as in a frame of another site.
    }
  })
}

function kept(): string {
  try {
    const found = localStorage.getItem(KEY) ?? ''
    return THEMES.includes(found) ? found : 'system'
  } catch {
    return 'system'
  }
}

function apply(theme: string): void {
  document.documentElement.dataset.theme = theme
}
