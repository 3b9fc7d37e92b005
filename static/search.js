"use strict";
/* Loaded when the box is first used; report/search.py tells what the data is. */
(() => {
  const {element, here, inner, load, number, shards} = window.IAMSCOUT;
  const MOST = 40;
  const input = document.getElementById("search");
  const list = document.getElementById("search-found");
  const status = document.getElementById("search-status");
  let items = [], hay = [], patterns = [], documents = [], fuzzy = null, found = [], active = -1, typed = "";

  const lower = text => text.toLowerCase();
  const policies = (count, more = "") => `${number(count)}${more} ${count === 1 ? "policy" : "policies"}`;

  const READERS = {
    pages: (kind, rows) => rows.map(([text, file, more]) =>
      ({label: kind.label, text, more: more || "", path: `${kind.folder}${file}.html`})),
    findings: (kind, rows) => rows.flatMap(([about, ...told]) => told.map(([rule, page, key]) => {
      const [id, title] = shards.meta[0].rules[rule], more = `f-${key}`;
      return {label: kind.label, text: `${title}: ${about}`, more,
        path: `${kind.folder}${id}${page > 1 ? `-${page}` : ""}.html#${more}`};
    })),
    documents: (kind, rows) => { documents = rows; return []; },
    actions: (kind, rows) => {
      patterns = rows.map(([text, holders, count, except]) =>
        ({label: kind.label, text, more: `granted by ${policies(count)}`, holders, count, except, low: lower(text)}));
      return patterns.filter(each => each.text);
    }
  };

  /* IAM's wildcards, in at most pattern x text steps: an account may hold slow ones. */
  function matches(pattern, text) {
    let p = 0, t = 0, star = -1, from = 0;
    while (t < text.length) {
      if (pattern[p] === "*") { star = p; from = t; p += 1; }
      else if (pattern[p] === "?" || pattern[p] === text[t]) { p += 1; t += 1; }
      else if (star >= 0) { p = star + 1; from += 1; t = from; }
      else { return false; }
    }
    while (pattern[p] === "*") { p += 1; }
    return p === pattern.length;
  }

  /* `iam:PassRole`: who grants it, by whatever pattern; `iam:`, `iam:Get*`: who grants some of it, too. */
  function actions(wanted) {
    const begin = wanted.replace(/\*$/, ""), isOpen = /[:*]$/.test(wanted), told = [], seen = new Set();
    const isExact = each => each.low === wanted, begins = each => each.text && each.low.startsWith(begin);
    function tell(each) {
      const by = each.text ? `by ${each.text}` : "by NotAction";
      const fits = each.text ? matches(each.low, wanted) || (isOpen && begins(each))
        : !each.except.some(except => matches(lower(except), wanted));
      if (!fits) { return; }
      each.holders.filter(place => !seen.has(place)).forEach(place => {
        const [text, path] = documents[place];
        seen.add(place);
        told.push({label: "Grants it", text, path, more: by});
      });
      const rest = each.count - each.holders.length;
      if (rest > 0) { told.push({label: "Grants it", text: policies(rest, " more"), more: by}); }
    }
    const exact = patterns.filter(isExact), others = patterns.filter(each => !isExact(each));
    told.push(...exact);
    exact.forEach(tell);
    told.push(...others.filter(begins).slice(0, 10));
    others.sort((one, other) => (other.text.length || -1) - (one.text.length || -1)).forEach(tell);
    return told;
  }

  function score(item, text) {
    const name = lower(item.text);
    return name === text || item.more === text ? 0 : name.startsWith(text) ? 1 : name.includes(text) ? 2 : 3;
  }

  function names(text) {
    const wanted = text.replace(/^arn:(?:.*:(\d+):root$|.*:assumed-role\/([^\/]+).*|.*[\/:])/, "$1$2"), words = wanted.split(/\s+/).filter(Boolean);
    const places = [...hay.keys()].filter(place => words.every(word => hay[place].includes(word)))
      .map(place => [score(items[place], wanted), place]).sort((one, other) => one[0] - other[0]).map(pair => pair[1]);
    if (places.length < 5 && /[a-z0-9]{3}/.test(wanted)) {
      const [fits, facts, order] = fuzzy.search(hay, wanted, 1, 1000);
      const close = order ? order.map(place => facts.idx[place]) : fits || [];
      places.push(...close.filter(place => !places.includes(place)));
    }
    return places.map(place => items[place]);
  }

  function look() {
    typed = lower(input.value.trim());
    if (!fuzzy) { status.textContent = typed && "Loading"; return; }
    const asked = /^([a-z0-9-]+:[a-z0-9*?]*|\*)$/.test(typed) ? actions(typed) : [];
    const all = typed ? [...asked, ...names(typed).filter(item => !asked.includes(item))] : [];
    const told = {}, early = all.filter(item => (told[item.label] = (told[item.label] || 0) + 1) <= 10);
    found = [...new Set([...early, ...all])].slice(0, MOST);
    list.replaceChildren(...found.map(option));
    show(found.length > 0);
    const rest = all.length > MOST ? `, the first ${MOST} shown` : "";
    status.textContent = typed && (all.length ? `${number(all.length)} found${rest}` : "Nothing found");
  }

  function option(item, place) {
    const made = element("li", "", {id: `found-${place}`, role: "option"});
    made.append(element("small", item.label), " ", element("span", item.text), " ", element("small", item.more));
    made.onmousedown = event => event.preventDefault();
    made.onclick = event => choose(place, event);
    return made;
  }

  function show(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", isOpen);
    mark(-1);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((each, at) => each.setAttribute("aria-selected", at === place));
    input.removeAttribute("aria-activedescendant");
    if (place < 0) { return; }
    input.setAttribute("aria-activedescendant", `found-${place}`);
    list.children[place].scrollIntoView({block: "nearest"});
  }

  function choose(place, event) {
    const item = found[place], address = here.replace(/assets\/$/, "") + item.path;
    if (item.holders) { input.value = item.text; look(); }
    else if (inner.test(item.path)) {
      show(false);
      if (event.ctrlKey || event.metaKey) { window.open(address); } else { location.href = address; }
    }
  }

  const KEYS = {
    Escape: () => show(false),
    Enter: event => choose(active < 0 ? found.findIndex(each => each.low !== typed) : active, event),
    ArrowDown: () => mark(active + 1 < found.length ? active + 1 : 0),
    ArrowUp: () => mark(active > 0 ? active - 1 : found.length - 1)
  };
  input.addEventListener("keydown", event => {
    if (event.key.startsWith("Arrow") && list.hidden && found.length) { show(true); }
    if (!KEYS[event.key] || list.hidden) { return; }
    event.preventDefault();
    KEYS[event.key](event);
  });
  input.oninput = input.onfocus = look;
  input.onblur = () => { show(false); status.textContent = ""; };
  look();
  Promise.all([load("vendor/ufuzzy.min.js"), load("search/meta.js")]).then(() => Promise.all(
    shards.meta[0].kinds.flatMap(kind => Array.from({length: kind.shards}, (_, place) => load(`search/${kind.name}-${place}.js`)))
  )).then(() => {
    items = shards.meta[0].kinds.flatMap(kind => READERS[kind.reads](kind, (shards[kind.name] || []).flat()));
    hay = items.map(item => lower(`${item.text} ${item.more}`));
    fuzzy = new window.uFuzzy({intraMode: 1});
    look();
  }).catch(() => { status.textContent = "The data of the search is missing"; });
})();
