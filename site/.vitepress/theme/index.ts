/** VitePress's theme without its fonts, with the colors of `style.css`. */
import theme from 'vitepress/theme-without-fonts'
import './style.css'

export default theme
