// What makes the pages livelier; each of them works without it. No library but htmx, and nothing from the server is made markup here.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');
  const language = root.lang || 'en';

  // Times come in UTC and are shown in the viewer's zone; the exact value stays on hover.
  const near = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  const far = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
  const localTimes = (part) => {
    for (const time of part.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) {
        time.textContent = (at.getFullYear() === new Date().getFullYear() ? near : far).format(at);
      }
    }
  };

  // A form is sent once: a second click finds its buttons disabled. The one that was clicked still counts.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('[data-once]') && !form.hasAttribute('hx-post')) {
      setTimeout(() => form.querySelectorAll('button').forEach((button) => { button.disabled = true; }));
    }
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) {
      location.reload();
    }
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button) {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
        .then(() => { button.textContent = button.dataset.done; });
    }
  });

  const markErrors = () => {
    for (const error of document.querySelectorAll('.error[id^="error-"]')) {
      const field = document.getElementById(error.id.slice('error-'.length));
      if (field) {
        error.textContent.trim() ? field.setAttribute('aria-invalid', 'true') : field.removeAttribute('aria-invalid');
      }
    }
  };
  // What a script asks for is a page like any other. An answer without the part that was asked for (a session that has ended, a
  // refusal) is shown as the browser would show it. The event is the asking element's: the part itself may have been replaced meanwhile.
  document.addEventListener('htmx:configRequest', (event) => { event.detail.headers.Accept = 'text/html'; });
  document.addEventListener('htmx:beforeOnLoad', (event) => {
    const { xhr, target, pathInfo, requestConfig } = event.detail;
    const wanted = target.id === 'outcome' ? 'outcome-content' : target.id;
    if (xhr.getResponseHeader('HX-Redirect') || xhr.responseText.includes(`id="${wanted}"`)) {
      return;
    }
    event.preventDefault();
    const form = target.closest('form');
    if (target.id === 'outcome' && xhr.status >= 500) {
      // Perhaps it was done: nothing is sent again by itself.
      target.textContent = form.dataset.failed;
    } else if (target.id === 'outcome') {
      const { submitter } = requestConfig.triggeringEvent;
      if (submitter && submitter.name) {
        const clicked = document.createElement('input');
        clicked.type = 'hidden';
        clicked.name = submitter.name;
        clicked.value = submitter.value;
        form.prepend(clicked);
      }
      form.submit();
    } else if (requestConfig.elt.matches('form') || new URL(xhr.responseURL || location.href).pathname === '/login') {
      // Asked for as a page: who has to sign in first is led back to it. A list that only follows stays where it is.
      location.assign(pathInfo.finalRequestPath);
    }
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    localTimes(document);
    markErrors();
    if (event.detail.target && event.detail.target.id === 'outcome') {
      event.detail.target.focus({ preventScroll: true });
      event.detail.target.scrollIntoView({ block: 'nearest' });
    }
  });

  // The list and the page of a room, live: the server says that something changed, and the part is read anew, once a second at most.
  const live = () => {
    const part = document.querySelector('[data-stream]');
    if (!part || !window.EventSource) {
      return;
    }
    let waiting = false;
    const refresh = () => {
      if (waiting) {
        return;
      }
      waiting = true;
      setTimeout(() => {
        waiting = false;
        const present = document.querySelector('#rooms[data-stream]');
        const focused = present && document.activeElement.closest('a, button, input, select');
        if (present && document.querySelector('form.filters.htmx-request')) {
          refresh(); // Another list is on its way.
        } else if (present && !(focused && present.contains(focused))) {
          htmx.ajax('GET', location.href, { source: '#rooms', target: '#rooms', select: '#rooms > *', swap: 'innerHTML' })
            .then(() => say(Boolean(stream)), () => say(false));
        } else if (present) {
          // What the viewer is about to press stays where it is; the sign says that the list stands still meanwhile.
          say(false);
          present.addEventListener('focusout', refresh, { once: true });
        }
      }, 1000);
    };
    const say = (on) => {
      const sign = document.getElementById('live');
      if (sign) {
        sign.textContent = on ? sign.dataset.on : refused ? sign.dataset.slow : sign.dataset.off;
        sign.className = on ? 'live on' : 'live off';
      }
    };
    // Without a stream the part is read again every 20 seconds, give or take.
    const poll = () => {
      if (refused && !stream && !document.hidden) {
        refresh();
        setTimeout(poll, 15000 + 10000 * Math.random());
      } else {
        polling = false;
      }
    };
    // An answer to what was asked before must not come after the one to what is asked now.
    document.addEventListener('htmx:beforeRequest', (event) => {
      if (event.target.matches('form.filters')) {
        htmx.trigger('#rooms', 'htmx:abort');
      }
    });
    const only = part.dataset.only;
    let stream = null;
    let after = part.dataset.after;
    let pause = 5000;
    let refused = false;
    let polling = false;
    const changed = (event) => {
      after = event.lastEventId || after;
      if (!only || JSON.parse(event.data).incidentId === only) {
        refresh();
      }
    };
    const listen = () => {
      stream = new EventSource(part.dataset.stream + '?after=' + encodeURIComponent(after));
      stream.addEventListener('open', () => {
        pause = 5000;
        refused = false;
        say(true);
      });
      stream.addEventListener('error', () => {
        // Refused, by a server that has as many listeners as it takes, or because the session is over: a browser asks again only
        // where it was cut off.
        if (stream && stream.readyState === EventSource.CLOSED) {
          stream = null;
          refused = true;
          setTimeout(() => stream || document.hidden || listen(), pause * (1 + Math.random()));
          pause = Math.min(2 * pause, 60000);
          if (!polling) {
            polling = true;
            setTimeout(poll, 15000 + 10000 * Math.random());
          }
        }
        say(false);
      });
      // The same viewer has newer pages open, and one server keeps so many: this one listens again when it is looked at again.
      stream.addEventListener('replaced', hush);
      stream.addEventListener('war-room', changed);
      stream.addEventListener('war-room-removed', changed);
      stream.addEventListener('reset', (event) => { after = event.lastEventId || after; refresh(); });
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
    addEventListener('focus', follow);
    addEventListener('pagehide', hush);
    follow();
  };

  // On a narrow screen the navigation is one line: where the viewer is stands in it.
  const here = document.querySelector('.side [aria-current]');
  if (here) {
    here.parentElement.scrollLeft = here.offsetLeft - 40;
  }
  localTimes(document);
  live();
})();
