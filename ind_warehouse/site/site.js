// Sorts and searches the table of the overview, shows the newest whole year, copies texts, makes PNG. Without this the pages say the same.
for (const years of document.querySelectorAll(".by-year")) {
  const heads = [...years.tHead.rows[0].cells], newest = heads.findLastIndex((head, at) => at && !head.classList.contains("soft"));
  if (newest > 0 && heads[newest].getBoundingClientRect().left < heads[0].getBoundingClientRect().right - 1)
    years.parentElement.scrollLeft -= heads.slice(newest + 1).reduce((sum, head) => sum + head.offsetWidth, 0);
}
const table = document.querySelector("table.main");
if (table) {
  // on a phone the table comes first
  document.querySelector(".fresh details")?.toggleAttribute("open", innerWidth > 640);
  const bodies = [...table.tBodies], rows = bodies.flatMap((body) => [...body.rows].slice(1));
  const home = new Map(rows.map((row) => [row, row.parentElement]));
  const value = (row, place) => {
    const raw = row.cells[place].dataset.value;
    return raw === "" ? null : Number.isNaN(Number(raw)) ? raw : Number(raw);
  };
  const heads = [...table.tHead.rows[0].cells];
  const sort = (place, way) => {
    heads.forEach((head, at) => (at === place && way ? head.setAttribute("aria-sort", way) : head.removeAttribute("aria-sort")));
    table.classList.toggle("sorted", Boolean(way));
    if (!way) return rows.forEach((row) => home.get(row).append(row));
    const sign = way === "ascending" ? 1 : -1;
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, document.documentElement.lang) : a - b);
    const known = rows.filter((row) => value(row, place) !== null).sort((a, b) => sign * compare(value(a, place), value(b, place)));
    [...known, ...rows.filter((row) => value(row, place) === null)].forEach((row) => bodies[0].append(row));
  };
  heads.forEach((head, place) => {
    const label = head.querySelector(".sort"), button = document.createElement("button");
    button.type = "button";
    button.append(...label.childNodes);
    label.append(button);
    button.addEventListener("click", () => {
      const ways = place ? ["descending", "ascending", ""] : ["ascending", "descending", ""];
      sort(place, ways[(ways.indexOf(head.getAttribute("aria-sort") ?? "") + 1) % 3]);
    });
  });
  const form = document.querySelector("form[role=search]"), input = form.querySelector("input"), output = form.querySelector("output");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => {
    const wanted = plain(input.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of [...rows, ...document.querySelectorAll(".others a")]) {
      const text = plain((row.cells?.[0] ?? row).textContent + " " + row.dataset.also);
      row.hidden = !wanted.every((word) => text.includes(word));
      found += !row.hidden;
    }
    bodies.forEach((body) => (body.rows[0].hidden = ![...body.rows].slice(1).some((row) => !row.hidden)));
    output.textContent = wanted.length ? output.dataset.found.replace("#", found) : "";
  });
}
for (const place of document.querySelectorAll(".copy")) {
  const button = place.querySelector("button");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => navigator.clipboard.writeText(place.querySelector("pre").textContent));
}
for (const take of document.querySelectorAll(".take")) {
  const chart = take.closest("figure").querySelector("svg"), button = document.createElement("button");
  button.type = "button";
  button.append("PNG");
  button.setAttribute("aria-label", `PNG ${take.querySelector(".unseen").textContent}`);
  take.prepend(button);
  button.addEventListener("click", () => {
    const copy = chart.cloneNode(true), [, , width, height] = chart.dataset.whole.split(" ").map(Number);
    const size = { width: 3 * width, height: 3 * height };
    for (const [name, said] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", viewBox: chart.dataset.whole, ...size })) copy.setAttribute(name, said);
    copy.insertAdjacentHTML("afterbegin", `<style>${STYLE}</style>`);
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = Object.assign(document.createElement("canvas"), size);
      canvas.getContext("2d").drawImage(image, 0, 0);
      Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: take.querySelector("a").download.replace("svg", "png") }).click();
    });
    image.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  });
}
addEventListener("beforeprint", () => (document.querySelector("[data-today]").textContent = "· " + new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" })));
