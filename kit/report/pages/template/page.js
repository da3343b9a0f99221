"use strict";
(() => {
const all = (what, where = document) => [...where.querySelectorAll(what)], one = (what, where = document) => where.querySelector(what);
const root = document.documentElement, remember = (key, value) => { try { if (value === undefined) return localStorage.getItem(key); localStorage.setItem(key, value); } catch { return null; } };
const turn = () => { const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches; root.dataset.theme = dark ? "light" : "dark"; remember("kit-theme", root.dataset.theme); };
const theme = remember("kit-theme"); if (theme === "dark" || theme === "light") root.dataset.theme = theme;
one("#theme").onclick = turn;
const keys = one("#keys"), photo = one("#photo"), filter = one("#filter"), sections = all("section"), links = all("nav a");
one("#help").onclick = () => keys.showModal();

const sift = () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = thing => { const text = thing.textContent.toLowerCase(); return words.every(word => text.includes(word)); };
  for (const row of all("tbody tr")) row.classList.toggle("gone", words.length > 0 && !fits(row));
  for (const box of all(".scroll")) if (words.length) box.classList.add("open", "found"); else if (box.classList.contains("found")) { box.classList.remove("found"); if (!box.classList.contains("asked")) box.classList.remove("open"); }
  for (const gallery of all(".gallery")) { const only = one(".truths", gallery)?.value || ""; for (const card of all(".card", gallery)) card.classList.toggle("gone", (words.length > 0 && !fits(card)) || (only !== "" && card.dataset.truth !== only)); }
  for (const fold of all("details.fold")) fold.classList.toggle("gone", words.length > 0 && !fits(fold));
};
filter.addEventListener("input", sift);
for (const select of all(".truths")) select.addEventListener("change", sift);

for (const button of all(".all")) button.onclick = () => { button.previousElementSibling.classList.add("open", "asked"); button.remove(); };
const number = text => text.trim() === "" ? NaN : Number(text.replace(/,/g, ""));
for (const button of all(".sort")) button.onclick = () => {
  const table = button.closest("table"), place = [...button.closest("tr").children].indexOf(button.closest("th")), down = button.getAttribute("aria-sort") !== "descending";
  for (const other of all(".sort", table)) other.removeAttribute("aria-sort");
  button.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0], rows = [...body.rows], limit = all("tr:not(.more)", body).length;
  const key = row => row.cells[place].textContent, numeric = rows.every(row => key(row).trim() === "" || !isNaN(number(key(row))));
  rows.sort((a, b) => { const [x, y] = [key(a), key(b)]; if (x.trim() === "" || y.trim() === "") return (x.trim() === "") - (y.trim() === ""); const way = numeric ? number(x) - number(y) : x.localeCompare(y); return down ? -way : way; });
  rows.forEach((row, index) => { row.classList.toggle("more", index >= limit); body.append(row); });
};

let shown = null;
const near = (card, step) => { const cards = all(".card:not(.gone)", card.closest(".cards")); return cards[(cards.indexOf(card) + step + cards.length) % cards.length]; };
const enlarge = card => { shown = card; const copy = card.cloneNode(true); copy.removeAttribute("tabindex"); one(".big").replaceChildren(copy); if (!photo.open) photo.showModal(); };
for (const card of all(".cards .card")) { card.onclick = () => enlarge(card); card.onkeydown = event => { if (event.key === "Enter") { event.preventDefault(); enlarge(card); } }; }
photo.addEventListener("close", () => shown?.focus());

let place = 0;
const go = step => { const focused = sections.indexOf(document.activeElement); place = Math.max(0, Math.min(sections.length - 1, (focused < 0 ? place : focused) + step)); sections[place].scrollIntoView(); sections[place].focus({ preventScroll: true }); };
const seen = new IntersectionObserver(entries => { for (const entry of entries) if (entry.isIntersecting) { place = sections.indexOf(entry.target); links.forEach((link, index) => link.classList.toggle("here", index === place)); } }, { rootMargin: "-10% 0px -80% 0px" });
sections.forEach(section => seen.observe(section));
document.addEventListener("keydown", event => {
  if (photo.open) { if (event.key === "ArrowRight" || event.key === "ArrowLeft") enlarge(near(shown, event.key === "ArrowRight" ? 1 : -1)); return; }
  if (event.target.matches("input,select,textarea")) { if (event.key === "Escape") { event.target.value = ""; sift(); event.target.blur(); } return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); filter.focus(); }
  else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "t") turn();
  else if (event.key === "?") keys.showModal();
});
})();
