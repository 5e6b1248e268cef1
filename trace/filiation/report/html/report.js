// What a script adds to a report that reads without one: tables that sort and filter, a drawing that
// zooms, any two texts side by side. It writes texts as texts, never as markup.
"use strict";

const made = (name, held, attributes = {}) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...[held ?? []].flat());
  return element;
};

// Tables

const figure = (cell) => Number.parseFloat(cell.replace(/[^\d.eE+-]/g, ""));

function sortable(table) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = made("button", head.textContent, { type: "button" });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [row.cells[column].dataset.key ?? row.cells[column].textContent, row]);
      const figures = rows.every(([cell]) => cell.trim() === "" || !Number.isNaN(figure(cell)));
      rows.sort(([one], [other]) => {
        if (!figures) return one.localeCompare(other);
        const [a, b] = [figure(one), figure(other)];
        return (Number.isNaN(a) ? Infinity : a) - (Number.isNaN(b) ? Infinity : b) || 0;
      });
      if (down) rows.reverse();
      body.append(...rows.map(([, row]) => row));
    });
  });
  if (body.rows.length < 8) return;
  const input = made("input", null, { type: "search", "aria-label": `Filter: ${table.caption?.textContent ?? ""}` });
  const count = made("span", "", { role: "status", class: "dim" });
  table.parentElement.before(made("p", [made("label", ["Filter ", input]), " ", count], { class: "filter" }));
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const said = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => said.includes(word));
      shown += !row.hidden;
    }
    count.textContent = words.length ? `${shown} of ${body.rows.length}` : "";
  });
}

// The drawing

function zoomed(figureElement) {
  const drawing = figureElement.querySelector("svg");
  const bar = figureElement.querySelector(".zoom");
  if (!drawing || !bar) return;
  bar.hidden = false;
  let scale = 1;
  bar.addEventListener("click", (event) => {
    const step = Number(event.target.dataset.zoom);
    if (Number.isNaN(step)) return;
    scale = step ? Math.min(6, Math.max(0.3, scale * step)) : 1;
    drawing.style.width = `${scale * 100}%`;
    drawing.style.minWidth = `${scale * 42}rem`;
  });
}

// Any two texts

const wordsOf = (said) => said.match(/[\p{L}\p{N}\p{M}'’-]+|[^\p{L}\p{N}\p{M}'’-]+/gu) ?? [];
const MOST = 4e6;

function marked(one, other, name) {
  // The words of `one` that `other` has not, in order: the longest common subsequence.
  const a = wordsOf(one), b = wordsOf(other);
  if (a.length * b.length > MOST) return [one];
  const width = b.length + 1, best = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = a[i].toLowerCase() === b[j].toLowerCase()
        ? best[(i + 1) * width + j + 1] + 1
        : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const parts = [];
  let i = 0, j = 0;
  while (i < a.length) {
    if (j < b.length && a[i].toLowerCase() === b[j].toLowerCase()) { parts.push(a[i]); i++; j++; }
    else if (j < b.length && best[i * width + j + 1] >= best[(i + 1) * width + j]) j++;
    else { parts.push(/[\p{L}\p{N}]/u.test(a[i]) ? made(name, a[i]) : a[i]); i++; }
  }
  return parts;
}

// Offsets count characters, not the halves of surrogate pairs in which a script counts.
const cut = (characters, start, end) => shown(characters.slice(start, end).join(""));

// What could reorder a line, or shows as nothing, is shown as an escape, as in the rest of the report.
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const shown = (said) => said.replace(ACTS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

function sideBySide(match, one, other) {
  const body = made("tbody", null);
  const row = (kind, left, right) => {
    const cells = [left, right].map((side) => made("td", side, side.length ? { dir: "auto" } : { class: "none" }));
    body.append(made("tr", cells, { class: kind }));
  };
  let at = 0;
  for (const p of [...match.passages].sort((x, y) => x.b_start - y.b_start)) {
    const between = cut(other, at, p.b_start);
    if (/[\p{L}\p{N}]/u.test(between)) row("added", [], [between]);
    const left = cut(one, p.a_start, p.a_end), right = cut(other, p.b_start, p.b_end);
    if (match.same_language) row("shared", marked(left, right, "del"), marked(right, left, "ins"));
    else row("shared", [left], [right]);
    at = Math.max(at, p.b_end);
  }
  const rest = cut(other, at);
  if (/[\p{L}\p{N}]/u.test(rest)) row("added", [], [rest]);
  return made("div", made("table", body, { class: "beside" }), { class: "wide" });
}

const turned = (match) => ({
  ...match, a: match.b, b: match.a,
  passages: match.passages.map((p) => ({ a_start: p.b_start, a_end: p.b_end, b_start: p.a_start, b_end: p.a_end })),
});

function anyTwo(part) {
  const { texts, matches } = JSON.parse(part.querySelector("script").textContent);
  const result = part.querySelector(".result");
  const [one, other] = part.querySelectorAll("select");
  const textOf = (key) => [...texts[key]];
  const show = () => {
    const found = matches.find((m) => m.a === one.value && m.b === other.value)
      ?? matches.filter((m) => m.b === one.value && m.a === other.value).map(turned)[0];
    if (one.value === other.value) result.replaceChildren(made("p", "Choose two."));
    else if (!found?.passages.length) result.replaceChildren(made("p", "They share no passage, or were not compared."));
    else result.replaceChildren(sideBySide(found, textOf(one.value), textOf(other.value)));
  };
  other.selectedIndex = 1;
  one.addEventListener("change", show);
  other.addEventListener("change", show);
  part.hidden = false;
  show();
}

document.querySelectorAll("table.sortable").forEach(sortable);
document.querySelectorAll("figure").forEach(zoomed);
document.querySelectorAll(".any-two").forEach(anyTwo);
// What a link leads to is opened, and what is printed is opened whole.
const opened = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target?.scrollIntoView();
};
addEventListener("hashchange", opened);
if (location.hash) opened();
addEventListener("beforeprint", () => document.querySelectorAll("article details").forEach((one) => { one.open = true; }));
