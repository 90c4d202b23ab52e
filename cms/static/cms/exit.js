/* The quick exit. Without this file the link still leads away; with it the page is blank at once,
   its place in the history is taken, and a page brought back by Back is asked for anew. */
(function () {
  var link = document.querySelector("[data-exit]"), needed = { Escape: 2, Shift: 3 }, count = 0, last, at = 0;
  function blank() { document.documentElement.hidden = true; document.title = " "; }
  function leave(event) { event.preventDefault(); blank(); location.replace(link.href); }
  link.addEventListener("click", leave);
  addEventListener("keydown", function (event) {
    if (event.repeat) return;
    var now = Date.now(), key = event.key;
    count = key === last && now - at < 1500 ? count + 1 : 1;
    last = key; at = now;
    if (count === needed[key]) leave(event);
  });
  addEventListener("pagehide", blank);
  addEventListener("pageshow", function (event) { if (event.persisted) { blank(); location.reload(); } });
})();
