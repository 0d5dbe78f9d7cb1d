// The texts that a customer reads: English inside, other languages fetched when Widgets speaks them.
//
// What counts, in this order: `main.i18n[language].speechstorm` of the integrator, the language file beside the script,
// English. Contract: bus facts, 6.4 (`App.language`, `App.i18n`).

import english from '../lang/en.json';
import { own } from '../page.js';

/** The languages that have a file. */
const FILES = ['de', 'fr', 'es', 'it', 'pt-BR', 'nl', 'pl', 'sv', 'tr', 'ja', 'ko', 'zh-CN', 'ar', 'he'];
const RIGHT_TO_LEFT = ['ar', 'he'];

export class Language {
  /** The language that Widgets speaks, by a code such as `de-AT`. */
  wanted = '';
  /** The language in use. */
  code = 'en';

  /** `fetch` gives the texts of a language; `changed` is called whenever texts have changed. */
  constructor(fetch, changed) {
    this.fetch = fetch;
    this.changed = changed;
  }

  /** A text by its key. */
  text(key) {
    return [this.overrides, this.file, english].map((texts) => own(texts, key)).find((text) => typeof text === 'string');
  }

  get direction() {
    return RIGHT_TO_LEFT.includes(this.code) ? 'rtl' : 'ltr';
  }

  /** Takes over the texts of `App.i18n`: the table of one language, or of all. */
  override(table) {
    this.overrides = own(table, 'speechstorm') || own(own(table, this.code), 'speechstorm');
    this.changed();
  }

  /** Fetches the file of the language that is wanted; until it has come, and if it does not, English is spoken. */
  async speak() {
    const [wanted] = this.wanted.toLowerCase().split(/[^a-z]/);
    const code = FILES.find((file) => file.slice(0, 2) === wanted) || 'en';
    if (this.asked === code) return;
    this.asked = code;
    // Why not at once: until the file is there the texts are English, and so must be `lang` and `dir`.
    this.use('en');
    if (code === 'en') return;
    try {
      const file = await this.fetch(code);
      if (this.asked === code && own(file, 'close')) this.use(code, file);
    } catch {
      this.asked = 'en';
    }
  }

  use(code, file) {
    if (this.code === code) return;
    this.code = code;
    this.file = file;
    this.changed();
  }
}
