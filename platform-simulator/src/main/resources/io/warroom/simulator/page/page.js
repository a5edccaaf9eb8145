// Keeps the page up to date without a reload; each part works without it. Markup comes from the server alone, which has escaped it.
(() => {
  'use strict';
  document.documentElement.classList.add('js');
  const LIVE = ['notices', 'phones', 'faults-set', 'witness', 'tenants', 'endpoints'];
  const AFTER_A_FORM = [...LIVE, 'fault-form', 'switches'];
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

  // Times come in UTC and are shown in the viewer's zone; the exact value stays on hover.
  const localTimes = (part) => {
    for (const time of part.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      time.textContent = clock.format(at);
      time.title = time.dateTime;
    }
  };

  // Makes the old element like the fresh one, and touches only what differs: what has the focus, is scrolled or was folded stays so.
  const sync = (old, fresh, arrived) => {
    if (old.isEqualNode(fresh)) {
      return;
    }
    if (old.nodeName !== fresh.nodeName || old.nodeType !== Node.ELEMENT_NODE) {
      old.replaceWith(fresh);
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !(old.nodeName === 'DETAILS' && name === 'open')) {
        old.removeAttribute(name);
      }
    }
    for (const { name, value } of [...fresh.attributes]) {
      if (old.getAttribute(name) !== value && !(old.nodeName === 'DETAILS' && name === 'open')) {
        old.setAttribute(name, value);
      }
    }
    const known = new Map([...old.children].filter((child) => child.dataset.key).map((child) => [child.dataset.key, child]));
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const key = child.dataset && child.dataset.key;
      const same = key ? known.get(key) : at && !(at.dataset && at.dataset.key) ? at : null;
      if (!same) {
        old.insertBefore(child, at);
        if (key) {
          child.classList.add('fresh');
          arrived.push(child);
        }
        continue;
      }
      known.delete(key);
      const next = same === at ? at.nextSibling : at;
      if (same !== at) {
        old.insertBefore(same, at);
      }
      sync(same, child, arrived);
      at = next;
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  };

  const news = (arrived) => {
    const messages = arrived.filter((one) => one.matches('.message'));
    const rooms = arrived.filter((one) => one.matches('.chat, .line'));
    const latest = messages.at(-1) || rooms.at(0);
    if (!latest) {
      return;
    }
    const platform = latest.closest('.phone').querySelector('h2').textContent;
    const { newRoom, newMessage } = document.body.dataset;
    document.getElementById('news').textContent = (latest.matches('.message') ? newMessage : newRoom) + ' ' + platform;
    for (const chat of rooms.filter((one) => one.matches('.chat'))) {
      chat.closest('.screen').scrollTop = 0;
    }
    for (const message of messages) {
      const screen = message.closest('.screen');
      // Who reads, or is about to press something, is not moved.
      if (!screen.matches(':hover') && !screen.contains(document.activeElement)) {
        screen.scrollTop += Math.max(0, message.getBoundingClientRect().bottom - screen.getBoundingClientRect().bottom + 16);
      }
    }
  };

  const show = (html, parts) => {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    localTimes(fresh);
    const arrived = [];
    for (const id of parts) {
      const [old, part] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && part) {
        sync(old, part, arrived);
      }
    }
    document.body.dataset.version = fresh.body.dataset.version;
    for (const link of document.querySelectorAll('.prefs a')) {
      link.href = [...fresh.querySelectorAll('.prefs a')].find((one) => one.textContent === link.textContent).getAttribute('href');
    }
    news(arrived);
  };

  // One look at a time, and one a second at most, however fast things change.
  let looking = null;
  let wanted = null;
  const look = (version) => {
    if (version) {
      wanted = version;
    }
    if (looking || wanted === document.body.dataset.version) {
      return;
    }
    const asked = location.href;
    looking = fetch(asked)
      .then((answer) => answer.text().then((html) => {
        if (answer.ok && asked === location.href) {
          show(html, LIVE.slice(1));
        }
        say(answer.ok);
      }))
      .catch(() => say(false))
      .finally(() => setTimeout(() => { looking = null; look(); }, 1000));
  };

  const sign = document.getElementById('live');
  const say = (on) => {
    const text = on ? sign.dataset.on : sign.dataset.off;
    if (sign.textContent !== text) {
      sign.textContent = text;
      sign.className = on ? 'live on' : 'live off';
    }
  };

  // The stream tells of a version; it tells the present one first, so that nothing is missed while it was away.
  let stream = null;
  const listen = () => {
    stream = new EventSource('/changes');
    stream.addEventListener('open', () => say(true));
    stream.addEventListener('message', (event) => look(event.data));
    stream.addEventListener('error', () => {
      say(false);
      if (stream && stream.readyState === EventSource.CLOSED) {
        hush();
        setTimeout(follow, 5000);
      }
    });
  };
  // A browser has six connections to a server: pages that nobody sees keep none of them.
  const hush = () => {
    if (stream) {
      stream.close();
      stream = null;
    }
    say(false);
  };
  const follow = () => (document.hidden ? hush() : stream || listen());
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', hush);
  addEventListener('pageshow', (event) => event.persisted && follow());

  // Another room, the list: the phones change and the page stays where it is.
  const go = (href) => fetch(href).then((answer) => answer.text()).then((html) => {
    if (location.href === href) {
      show(html, LIVE);
    }
  }, () => location.reload());
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-soft]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) {
      return;
    }
    event.preventDefault();
    const screen = link.closest('.phone').querySelector('.screen');
    history.pushState(null, '', link.getAttribute('href'));
    go(location.href).then(() => {
      screen.scrollTop = 0;
      screen.focus({ preventScroll: true });
    });
  });
  addEventListener('popstate', () => go(location.href));

  document.addEventListener('submit', (event) => {
    const form = event.target.closest('form[data-soft]');
    if (!form) {
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(form, button));
    button.disabled = true;
    fetch(form.getAttribute('action'), { method: 'POST', body })
      .then((answer) => answer.text().then((html) => {
        if (answer.ok) {
          form.reset();
        }
        show(html, answer.ok ? AFTER_A_FORM : [...LIVE, 'fault-refused', 'switches']);
        answered(form, answer.ok);
      }))
      .catch(() => say(false))
      .finally(() => { button.disabled = false; });
  });
  const answered = (form, done) => {
    for (const field of document.querySelectorAll('[aria-invalid]')) {
      field.removeAttribute('aria-invalid');
    }
    if (!done) {
      const refused = document.getElementById('fault-refused').dataset.field;
      const named = { afterMillis: 'after', forMillis: 'for', tenant: 'whose', latency: 'low' }[refused] || refused;
      const field = named && form.elements.namedItem(named);
      if (field) {
        field.setAttribute('aria-invalid', 'true');
        field.closest('details')?.setAttribute('open', '');
        field.focus();
      }
    } else if (!form.isConnected) {
      document.querySelector('#faults-set').focus();
    }
  };

  document.querySelector('select#tenant')?.addEventListener('change', (event) => event.target.form.requestSubmit());
  localTimes(document);
  follow();
})();
