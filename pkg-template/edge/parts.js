// The elements of a window: header with progress, status line, and the stage where the frame or a message stands.

import { element, ROOT, setText, style } from './dom.js';
import { VIEWS } from './words.js';

const HEADING = ROOT + '-heading';
const MESSAGE = ROOT + '-message';

export class Parts {
  constructor(tag, role, size, language) {
    const part = (parent, tag, name, attributes) => {
      return element(tag, { class: name && ROOT + '-' + name, ...attributes }, parent);
    };
    const button = (name, act) => part(header, 'button', name, { type: 'button', 'data-act': act });
    const line = (name) => part(this.root, 'p', name, { role: 'status' });
    const mark = { 'aria-hidden': 'true' };
    this.language = language;
    this.root = element(tag, {
      'aria-labelledby': HEADING,
      // A modal dialog is not to close by itself: the customer may have to be asked.
      closedby: 'none',
      'data-gcb-service-node': 'true',
      role,
      'data-size': size,
    });
    const header = part(this.root, 'div', 'header');
    part(header, 'span', 'mark', mark);
    this.heading = part(header, 'h2', undefined, { id: HEADING, tabindex: '-1' });
    this.toggle = button('minimize', 'minimize');
    this.close = button('close', 'close');
    this.bar = part(this.root, 'div', 'progress', { role: 'progressbar', hidden: true });
    this.step = line('step');
    this.status = line('status');
    this.notice = line('notice');
    this.stage = part(this.root, 'div', 'stage');
    const view = part(this.stage, 'div', 'view');
    part(view, 'span', 'mark', mark);
    this.message = part(view, 'p', undefined, { id: MESSAGE, role: 'alert' });
    this.rows = part(view, 'dl');
    this.actions = part(view, 'div', undefined, { role: 'group', 'aria-labelledby': MESSAGE });
  }

  /** Names the place that the window stands in. */
  place(name) {
    this.root.className = ROOT + ' ' + ROOT + '-shell ' + ROOT + '-' + name;
  }

  /** Writes what depends on the language alone. */
  label(title) {
    const { language } = this;
    this.root.lang = language.code;
    this.root.dir = language.direction;
    setText(this.heading, title);
    [
      [this.toggle, 'show'],
      [this.close, 'close'],
      [this.bar, 'progress'],
    ].forEach(([element, key]) => element.setAttribute('aria-label', language.text(key)));
  }

  /** Writes a line: the text of this key, or none. */
  say(line, key) {
    setText(this[line], key ? this.language.text(key) : '');
  }

  /** Puts a message in place of the frame, or takes it away; `card` says who asks, `launch` what a window could open. */
  show(view, card, launch) {
    this.root.toggleAttribute('data-message', !!view);
    this.rows.textContent = this.actions.textContent = '';
    const [key, ...actions] = view || [];
    this.say('message', key);
    if (view === VIEWS.consenting) {
      this.row('asker', card.asker);
      this.row('purpose', card.name);
      this.row('origin', card.origin);
    }
    for (const [act, label] of actions) {
      if (act === 'window' && !launch) continue;
      const attributes = { type: 'button', class: ROOT + '-button ' + ROOT + '-' + act, 'data-act': act };
      setText(element('button', attributes, this.actions), this.language.text(label));
    }
  }

  row(key, value) {
    if (!value) return;
    setText(element('dt', {}, this.rows), this.language.text(key));
    setText(element('dd', { dir: 'auto' }, this.rows), value);
  }

  /** The first thing that the customer can do about a message. */
  focusAction() {
    this.actions.querySelector('button')?.focus();
  }

  /** Shows how far the customer is: `at` of `of`, or only that something happens where `of` is 0. */
  progress(at, of, name) {
    this.bar.hidden = false;
    let text = name;
    if (of) {
      text = at + ' / ' + of + ' · ' + name;
      Object.entries({ min: 0, now: at, max: of }).forEach(([name, value]) =>
        this.bar.setAttribute('aria-value' + name, value),
      );
      style(this.bar, 'done', Math.floor((at * 100) / of) + '%');
    }
    this.bar.setAttribute('aria-valuetext', text);
    setText(this.step, text);
  }
}
