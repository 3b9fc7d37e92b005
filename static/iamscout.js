"use strict";
/* What JavaScript adds to the report: a switch for the colours, and tables that sort and filter. Own code, no library; data is
   only ever set as text. Everything on a page can be read without it. */
(function () {
  var KEY = "iamscout-theme";

  function stored() {
    try { return localStorage.getItem(KEY); } catch (refused) { return null; }
  }

  function element(name, text) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    return made;
  }

  /* The theme only: localStorage is shared by all files on the disk, so nothing of the report may go there. */
  function theme() {
    var root = document.documentElement;
    var dark = matchMedia("(prefers-color-scheme: dark)");
    var place = document.querySelector(".about");
    var button = element("button");
    button.type = "button";
    button.className = "theme";
    function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
    function label() { button.textContent = isDark() ? "Light colours" : "Dark colours"; }
    button.addEventListener("click", function () {
      var wanted = isDark() ? "light" : "dark";
      root.dataset.theme = wanted;
      try { localStorage.setItem(KEY, wanted); } catch (refused) { /* the choice then holds for this page */ }
      label();
    });
    dark.addEventListener("change", label);
    label();
    if (place) { place.after(button); }
  }

  var RANKS = ["critical", "high", "medium", "low", "info"];

  function value(row, column, kind) {
    var cell = row.cells[column];
    var text = cell.dataset.value || cell.textContent.trim();
    if (kind === "number") { return parseFloat(text.replace(/,/g, "")) || 0; }
    if (kind === "rank") {
      var rank = RANKS.findIndex(function (name) { return text.toLowerCase().indexOf(name) >= 0; });
      return rank < 0 ? RANKS.length : rank;
    }
    return text.toLowerCase();
  }

  function sortable(table) {
    var body = table.tBodies[0];
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var kind = head.dataset.sort;
      if (!kind) { return; }
      var button = element("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.from(body.rows).map(function (row, place) { return [value(row, column, kind), place, row]; });
        rows.sort(function (one, other) {
          var order = one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0;
          return (down ? -order : order) || one[1] - other[1];
        });
        body.append.apply(body, rows.map(function (row) { return row[2]; }));
      });
    });
  }

  function filterable(table) {
    var rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 8) { return; }
    var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    var tools = element("div");
    var label = element("label", "Filter these rows ");
    var input = element("input");
    var status = element("span", rows.length.toLocaleString("en") + " rows");
    tools.className = "tools";
    input.type = "search";
    input.autocomplete = "off";
    status.setAttribute("role", "status");
    label.append(input);
    tools.append(label, status);
    input.addEventListener("input", function () {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row, place) {
        var fits = words.every(function (word) { return texts[place].indexOf(word) >= 0; });
        row.hidden = !fits;
        shown += fits;
      });
      status.textContent = shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
    });
    (table.closest(".scroll") || table).before(tools);
  }

  var saved = stored();
  if (saved === "light" || saved === "dark") { document.documentElement.dataset.theme = saved; }
  document.addEventListener("DOMContentLoaded", function () {
    theme();
    document.querySelectorAll("table[data-table]").forEach(function (table) {
      sortable(table);
      filterable(table);
    });
  });
})();
