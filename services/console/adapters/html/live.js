// Swaps the whole fragment, at most once a second; while nobody looks at the page, nothing is asked for.
"use strict";
(() => {
  const place = document.getElementById("live");
  if (!place || !window.EventSource) return;
  let stream = null;
  let waiting = null;

  const show = (html) => {
    const focused = document.activeElement && document.activeElement.closest("#live a");
    const address = focused ? focused.getAttribute("href") : null;
    place.innerHTML = html;
    if (address) {
      const again = place.querySelector(`a[href="${CSS.escape(address)}"]`);
      if (again) again.focus({ preventScroll: true });
    }
  };

  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(place.dataset.stream);
    stream.onmessage = (event) => {
      // Text that somebody is selecting is not pulled away under the mouse.
      if (!window.getSelection().isCollapsed) waiting = event.data;
      else show(event.data);
    };
    stream.onerror = () => {
      // A session that ended answers with a page; a browser does not try again by itself then.
      if (stream.readyState === EventSource.CLOSED) {
        stream = null;
        setTimeout(open, 5000);
      }
    };
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) {
      stream.close();
      stream = null;
    } else open();
  });
  document.addEventListener("selectionchange", () => {
    if (waiting !== null && window.getSelection().isCollapsed) {
      show(waiting);
      waiting = null;
    }
  });
  open();
})();
