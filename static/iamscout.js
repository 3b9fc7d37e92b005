"use strict";
/* Data is only ever set as text, and everything can be read without this. */
(() => {
  const KEY = "iamscout-theme";
  const HERE = document.currentScript.src.replace(/[^/]*$/, "");
  const ROOT = document.documentElement;
  const SLICE = 200;
  const INNER_LINK = /^([a-z0-9\/-]+\.html)?(#[A-Za-z0-9-]+)?$/;
  const shards = {};

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text) { made.textContent = text; }
    Object.entries(attributes || {}).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  const number = count => count.toLocaleString("en");

  /* Pages opened from file:// may not fetch, but may add scripts: data comes as calls of `shard`. */
  const load = path => new Promise((done, failed) => {
    const script = element("script", "", {src: HERE + path});
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });

  window.IAMSCOUT = {
    element, load, number, shards, here: HERE, inner: INNER_LINK,
    shard(kind, place, items) { (shards[kind] ||= [])[place] = items; }
  };

  /* localStorage is shared by all files on the disk: nothing of the report may go there. */
  function theme(top) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const button = element("button", "", {class: "theme"});
    const isDark = () => ROOT.dataset.theme ? ROOT.dataset.theme === "dark" : dark.matches;
    const label = () => { button.textContent = isDark() ? "Light colours" : "Dark colours"; };
    button.onclick = () => {
      ROOT.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem(KEY, ROOT.dataset.theme); } catch (refused) { /* it holds for this page */ }
      label();
    };
    dark.addEventListener("change", label);
    label();
    top.append(button);
  }

  /* The box alone: what searches is loaded when somebody wants to. */
  function searchBox(top) {
    const input = element("input", "", {
      type: "search", id: "search", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": "search-found", "aria-autocomplete": "list",
      "aria-keyshortcuts": "Control+K Meta+K", "aria-label": "Search the report",
      placeholder: "Search names, actions, findings"
    });
    const status = element("p", "", {id: "search-status", role: "status"});
    const box = element("div", "", {class: "search", role: "search"}), panel = element("div");
    panel.append(element("ul", "", {id: "search-found", role: "listbox", "aria-label": "Found", hidden: ""}), status);
    box.append(input, element("kbd", "Ctrl K", {"aria-hidden": "true"}), panel);
    top.append(box);
    input.addEventListener("focus", () => {
      load("search.js").catch(() => { status.textContent = "The search is missing"; });
    }, {once: true});
    document.addEventListener("keydown", event => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !/^k$/i.test(event.key)) { return; }
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  /* The newer interface of the clipboard is not there for all pages of files. */
  function copying(block) {
    const button = element("button", "Copy", {"aria-live": "polite"});
    button.onclick = () => {
      getSelection().selectAllChildren(block);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    };
    block.before(button);
  }

  const NARROW = matchMedia("(max-width: 37.5rem)");
  const ROLES = {TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TH: "rowheader", TD: "cell"};

  /* Stacked cells are no table to screen readers: the roles give it back. */
  function stack(table) {
    if (!NARROW.matches || table.matches(".matrix")) { return; }
    const heads = table.tHead.rows[0].cells;
    [table, ...table.querySelectorAll("thead, tbody, tr, th, td")].forEach(each => {
      each.setAttribute("role", each.scope === "col" ? "columnheader" : ROLES[each.tagName]);
      if (each.cellIndex >= 0) { each.dataset.title = heads[each.cellIndex].textContent.trim(); }
    });
    table.classList.add("stack");
  }

  const RANKS = ["critical", "high", "medium", "low", "info"];

  function sortValue(kind, text) {
    if (kind === "number") { return parseFloat(text.replace(/,/g, "")) || 0; }
    if (kind === "rank") { return (RANKS.findIndex(name => text.toLowerCase().includes(name)) + 6) % 6; }
    return text.toLowerCase();
  }

  /* `values` are what cells are sorted by where that is not their text. */
  function shownRow(row) {
    const cells = [...row.cells];
    return {
      node: () => row,
      texts: cells.map(cell => cell.textContent.trim()),
      values: cells.map(cell => cell.dataset.value)
    };
  }

  /* A row of the data of a long list; report/rows.py tells what a shape is. */
  function storedRow(shapes, row) {
    const shape = shapes[row[0]], cells = shape.slice(2);
    return {
      node: () => grown(shape, row),
      texts: cells.map(cell => textOf(cell, row).trim()),
      values: cells.map(cell => filled(cell[1]["data-value"], row))
    };
  }

  const filled = (part, row) => typeof part === "number" ? row[part] : part;
  const textOf = (part, row) => typeof part === "number" ? row[part]
    : part.slice(2).map(inner => textOf(inner, row)).join("");

  function grown(part, row) {
    if (typeof part === "number") { return row[part]; }
    const made = element(part[0]);
    Object.entries(part[1]).forEach(([key, filling]) => {
      const value = filled(filling, row);
      if (key !== "href" || INNER_LINK.test(value)) { made.setAttribute(key, value); }
    });
    made.append(...part.slice(2).map(inner => grown(inner, row)));
    return made;
  }

  /* The values of a cell, without their glyphs; "MFA, no max age" is one. */
  const parts = text => text.split(/, (?!no )/).map(part => part.replace(/^[^\p{L}\p{N}]+/u, "")).filter(Boolean);

  /* What is chosen is kept in the address. */
  function table(node) {
    const name = node.dataset.table, body = node.tBodies[0];
    const heads = [...node.tHead.rows[0].cells], titles = heads.map(head => head.textContent.trim());
    const own = [...body.rows], isLong = Boolean(document.querySelector("nav.turns"));
    const status = element("span", number(own.length) + (isLong ? " rows on this page" : " rows"), {role: "status"});
    const more = element("button", "", {hidden: ""});
    const input = element("input", "", {type: "search", autocomplete: "off"}), picks = [];
    let rows = own.map(shownRow), order = rows, limit = SLICE, wanted, loading;

    /* All rows of a list that has several pages. */
    async function complete() {
      try {
        await load(`rows/${name}.js`);
        const count = shards[`rows-${name}-count`][0];
        if (!count) { return; }
        status.textContent = "Loading all rows";
        await Promise.all(Array.from({length: count}, (_, place) => load(`rows/${name}-${place}.js`)));
        rows = shards[`rows-${name}`].flatMap(part => part.rows.map(row => storedRow(part.shapes, row)));
        picks.forEach(fillPick);
      } catch (missing) { status.textContent = "The rows of the other pages are missing"; }
    }

    function fits(row, words) {
      row.all ||= row.texts.join(" ").toLowerCase();
      return words.every(word => row.all.includes(word)) && picks.every(pick => {
        const value = wanted.picks[pick.title], text = row.texts[pick.column];
        return !value || text === value || parts(text).includes(value);
      });
    }

    function sorted(found) {
      const down = wanted.sort[0] === "-", column = titles.indexOf(wanted.sort.replace(/^-/, ""));
      heads.forEach(head => head.removeAttribute("aria-sort"));
      if (column < 0) { return found; }
      heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
      return found.map(row =>
        [sortValue(heads[column].dataset.sort, row.values[column] || row.texts[column]), row]
      ).sort(([one], [other]) => {
        const before = (one > other) - (one < other);
        return down ? -before : before;
      }).map(entry => entry[1]);
    }

    const isChanged = () => wanted.q.trim() || wanted.sort || Object.keys(wanted.picks).length;

    function draw() {
      const paged = isLong && !isChanged();
      const shown = paged ? own : (isLong ? order.slice(0, limit) : order).map(row => row.node());
      body.replaceChildren(...shown);
      stack(node);
      more.hidden = paged || shown.length === order.length;
      more.textContent = `Show ${Math.min(SLICE, order.length - shown.length)} more`;
      status.textContent = (order.length < rows.length ? `${number(order.length)} of ` : "")
        + number(rows.length) + (isLong && rows.length === own.length ? " rows on this page" : " rows")
        + (shown.length < order.length ? `, ${number(shown.length)} shown` : "");
    }

    async function update() {
      remember();
      if (isLong) { await (loading ||= complete()); }
      limit = SLICE;
      const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
      order = sorted(rows.filter(row => fits(row, words)));
      draw();
    }

    /* As `#roles.q=vendor&roles.sort=-Findings`. */
    function remember() {
      const old = new URLSearchParams(location.hash.slice(1)), kept = new URLSearchParams();
      old.forEach((value, key) => { if (value && !key.startsWith(`${name}.`)) { kept.set(key, value); } });
      Object.entries({q: wanted.q.trim(), sort: wanted.sort, ...wanted.picks}).forEach(([key, value]) => {
        if (value) { kept.set(`${name}.${key}`, value); }
      });
      history.replaceState(null, "", location.pathname + (String(kept) && `#${kept}`));
    }

    function recall() {
      const kept = new URLSearchParams(location.hash.slice(1)), get = key => kept.get(`${name}.${key}`) || "";
      wanted = {q: get("q"), sort: titles.includes(get("sort").replace(/^-/, "")) ? get("sort") : "", picks: {}};
      picks.forEach(pick => {
        if (get(pick.title)) { wanted.picks[pick.title] = get(pick.title); }
        fillPick(pick);
      });
      input.value = wanted.q;
      if (isChanged() || order !== rows) { update(); }
    }

    function fillPick(pick) {
      const value = wanted.picks[pick.title], known = new Set(rows.flatMap(row => parts(row.texts[pick.column])));
      const options = [...known.add(value || "")].filter(Boolean).sort();
      pick.label.hidden = options.length < 2 || options.length > 40;
      pick.select.replaceChildren(element("option", "all", {value: ""}),
        ...options.map(option => element("option", option, {value: option})));
      pick.select.value = value || "";
    }

    heads.forEach((head, column) => {
      const title = titles[column];
      if (head.dataset.sort) {
        const button = element("button", title);
        head.replaceChildren(button);
        button.onclick = () => {
          wanted.sort = wanted.sort === title ? `-${title}` : title;
          update();
        };
      }
      if (head.dataset.pick !== undefined) {
        const label = element("label", `${title} `), select = element("select");
        label.append(select);
        picks.push({title, column, label, select});
        select.onchange = () => {
          delete wanted.picks[title];
          if (select.value) { wanted.picks[title] = select.value; }
          update();
        };
      }
    });
    if (own.length >= 8 || isLong) {
      const tools = element("div", "", {class: "tools"}), label = element("label", "Filter these rows ");
      const around = node.closest(".scroll") || node;
      label.append(input);
      tools.append(label, ...picks.map(pick => pick.label), status);
      around.before(tools);
      around.after(more);
      input.oninput = () => { wanted.q = input.value; update(); };
      more.onclick = () => { limit += SLICE; draw(); };
      addEventListener("beforeprint", () => { limit = Infinity; draw(); });
    }
    addEventListener("hashchange", recall);
    recall();
  }

  try { ROOT.dataset.theme = localStorage.getItem(KEY) || ""; } catch (refused) { /* as the system has it */ }
  document.addEventListener("DOMContentLoaded", () => {
    const top = document.querySelector("header");
    if (top) {
      searchBox(top);
      theme(top);
    }
    document.querySelectorAll("table[data-table]").forEach(table);
    document.querySelectorAll(".copy").forEach(copying);
    const stackAll = () => document.querySelectorAll("table").forEach(stack);
    NARROW.addEventListener("change", stackAll);
    stackAll();
  });
})();
