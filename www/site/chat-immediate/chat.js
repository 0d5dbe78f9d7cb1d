// Starts a chat by the service "Chat Immediate" of GMS and shows it, with nothing but API v1.
(() => {
  'use strict';
  const SERVICE = 'chat-immediate';
  const POLL = 1000;
  const byId = (id) => document.getElementById(id);
  const say = window.chatWords;
  const gms = new URL(window.sChatServerUrl, location.href).origin;
  const user = crypto.randomUUID().replace(/-/g, '');
  let chatUrl = '';
  let service = '';
  let position = 1;
  let over = false;
  // Whether what the page says went wrong is about something that the customer did: it stays until the next try.
  let own = false;
  let turn = Promise.resolve();

  async function call(url, fields, method) {
    const headers = { gms_user: user };
    const key = window._genesys.widgets.webchat.apikey;
    if (key) headers.apikey = key;
    let body;
    if (fields) {
      body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
    }
    const response = await fetch(url, { method: method || 'POST', headers, body });
    if (response.status === 404) {
      throw Object.assign(new Error(say('gone', 'This chat is no longer there.')), { gone: true });
    }
    if (!response.ok) throw new Error(say('unreachable', 'The chat cannot be reached.'));
    return response.json();
  }

  function stage(name) {
    for (const item of document.querySelectorAll('[data-stage]')) {
      if (item.dataset.stage === name) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    }
  }

  const NOTICES = { 'Notice.Joined': say('joined', ' is here'), 'Notice.Left': say('left', ' has left') };

  function show([event, nickname, text, , party]) {
    const line = document.createElement('li');
    line.dataset.party = party;
    if (event === 'Message.Text') {
      line.className = party === 'CLIENT' ? 'own' : '';
      const who = document.createElement('b');
      who.textContent = nickname;
      line.append(who, text);
    } else if (NOTICES[event]) {
      line.className = 'notice';
      line.textContent = nickname + NOTICES[event];
    } else if (event === 'Notice.Custom' && text) {
      // A poke: somebody waits for the customer.
      line.className = 'notice';
      line.textContent = nickname + ': ' + text;
    } else {
      return;
    }
    byId('transcript').append(line);
    line.scrollIntoView({ block: 'nearest' });
  }

  function fault(text, ofCustomer) {
    own = Boolean(ofCustomer);
    byId('fault').textContent = text;
  }

  function end(text) {
    over = true;
    byId('say').hidden = true;
    fault(text);
  }

  // One call after the other, so that nothing is shown twice or out of order.
  function exchange(verb, fields) {
    const work = turn.then(async () => {
      const chat = await call(chatUrl + verb, { ...fields, transcriptPosition: position });
      chat.transcriptToShow.forEach(show);
      position = chat.transcriptPosition;
      if (chat.chatIxnState === 'DISCONNECTED') end(say('over', 'The chat has ended.'));
    }).catch((error) => {
      if (error.gone) end(error.message);
      throw error;
    });
    turn = work.catch(() => {});
    return work;
  }

  async function poll() {
    try {
      await exchange('/refresh', {});
      const path = '/genesys/1/service/callback/' + SERVICE + '?_id=';
      const [state] = await call(gms + path + encodeURIComponent(service), null, 'GET');
      if (state) stage(state._callback_state);
      if (!over && !own) fault('');
    } catch (error) {
      if (!over && !own) fault(error.message);
    }
    if (!over) setTimeout(poll, POLL);
  }

  async function start() {
    const callback = await call(gms + '/genesys/1/service/callback/' + SERVICE, {
      _customer_number: '1234567',
      usr_customer_name: byId('name').value,
      usr_reason: byId('reason').value,
    });
    stage('SCHEDULED');
    chatUrl = callback._start_chat_url;
    service = callback._id;
    await call(chatUrl, { userDisplayName: byId('name').value, subject: byId('reason').value });
    byId('start').hidden = true;
    byId('chat').hidden = false;
    byId('text').focus();
    poll();
  }

  function on(form, work) {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = form.querySelector('[type="submit"]');
      button.disabled = true;
      fault('');
      try {
        await work();
      } catch (error) {
        if (!over) fault(error.message, true);
      }
      button.disabled = false;
    });
  }

  byId('reason').value = say('subject', byId('reason').value);
  on(byId('start'), start);
  on(byId('say'), async () => {
    const message = byId('text').value;
    await exchange('/send', { message });
    // Only now: what could not be sent is still there to be sent again, and so is what was written meanwhile.
    if (byId('text').value === message) byId('text').value = '';
  });
  byId('end').addEventListener('click', () => exchange('/disconnect', {}).catch((error) => {
    if (!over) fault(error.message, true);
  }));
})();
