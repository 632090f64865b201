/* The plan under a budget, and its table: sorted, searched. Without this script the page still shows
   the plan of the configured budget; each step of the slider is a plan that `offer` has made. */
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("plan-data").textContent);
  const { words } = data;
  const find = (id) => document.getElementById(id);

  const number = (value, digits) => {
    const [whole, part] = Math.abs(value).toFixed(digits).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, words.group);
    const text = part ? grouped + words.point + part : grouped;
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
  };
  const digitsOf = (value) => (Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2);
  const money = (value, scale) => number(value, digitsOf(scale ?? value));
  const amount = (value, scale) => money(value, scale) + words.unit;
  const share = (value, digits) => number(100 * value, digits) + words.percent;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* The rows of a step's plan: what is shown, and what it is sorted by. */
  const NONE = data.none;
  const made = (step) => {
    const rows = [];
    for (const row of data.rows) {
      const offer = data.codes.indexOf(row.plan[step]);
      if (row.plan[step] === NONE) continue;
      const { label, channel, cost } = data.offers[offer];
      rows.push({ ...row, offer: label, channel, cost, gain: row.gains[offer] });
    }
    return rows;
  };
  const CELLS = [
    ["id", (row) => row.id],
    ["segment", (row) => data.segments[row.segment]],
    ["risk", (row) => share(row.risk, 1), "n"],
    ["profit", (row) => money(row.profit), "n"],
    ["reasons", (row) => row.reasons],
    ["offer", (row) => row.offer],
    ["channel", (row) => row.channel],
    ["cost", (row) => money(row.cost), "n"],
    ["gain", (row) => money(row.gain), "n"],
  ];
  const shownAs = Object.fromEntries(CELLS.map(([name, shown]) => [name, shown]));
  const collator = new Intl.Collator(data.language, { numeric: true });
  const compared = (one, other, key) =>
    typeof one[key] === "number" && key !== "segment"
      ? one[key] - other[key]
      : collator.compare(shownAs[key](one), shownAs[key](other));

  const slider = find("budget");
  const search = find("search");
  const table = document.querySelector("table[aria-labelledby=offers-table]");
  const order = { key: "gain", down: true };

  const drawTable = () => {
    const asked = search.value.trim().toLocaleLowerCase(data.language).split(/\s+/).filter(Boolean);
    const rows = made(Number(slider.value));
    const found = rows.filter((row) => {
      const text = CELLS.map(([, shown]) => shown(row)).join(" ").toLocaleLowerCase(data.language);
      return asked.every((word) => text.includes(word));
    });
    found.sort((one, other) => {
      const difference = compared(one, other, order.key) * (order.down ? -1 : 1);
      return difference || other.gain - one.gain || collator.compare(one.id, other.id);
    });
    const body = document.createElement("tbody");
    for (const row of found) {
      const line = body.insertRow();
      CELLS.forEach(([, shown, kind], place) => {
        const cell = place ? line.insertCell() : line.appendChild(document.createElement("th"));
        if (!place) cell.scope = "row";
        if (kind) cell.className = kind;
        cell.textContent = shown(row);
      });
    }
    table.tBodies[0].replaceWith(body);
    const all = data.curve[Number(slider.value)].offers;
    find("found").textContent = rows.length && !found.length ? words.nothing : filled(words.found, {
      found: number(found.length, 0), shown: number(rows.length, 0), offers: number(all, 0),
    });
    for (const heading of table.tHead.rows[0].cells) {
      const sorted = heading.dataset.key === order.key;
      if (sorted) heading.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    }
  };

  const drawFigures = () => {
    const step = data.curve[Number(slider.value)];
    const scale = data.curve[data.curve.length - 1].budget;
    const gross = step.net_gain + step.cost;
    const values = {
      "budget-value": amount(step.budget, scale),
      "budget-offers": number(step.offers, 0),
      "budget-cost": amount(step.cost, scale),
      "budget-gain": amount(step.net_gain, scale),
      "budget-break-even": gross > 0 ? share(step.cost / gross, 0) : words.absent,
    };
    for (const [id, text] of Object.entries(values)) find(id).textContent = text;
    slider.setAttribute("aria-valuetext", values["budget-value"]);
    find("budget-back").hidden = Number(slider.value) === data.now;
  };

  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const { key } = heading.dataset;
      const numeric = typeof data.rows[0]?.[key] === "number" || ["cost", "gain"].includes(key);
      order.down = order.key === key ? !order.down : numeric && key !== "segment";
      order.key = key;
      drawTable();
    });
  }
  const moved = () => { drawFigures(); drawTable(); };
  slider.addEventListener("input", moved);
  search.addEventListener("input", drawTable);
  find("budget-back").addEventListener("click", () => { slider.value = data.now; moved(); });
  find("plan-controls").hidden = false;
  find("search-box").hidden = false;
  moved();
})();
