"use strict";
(() => {
const all = (what, where = document) => [...where.querySelectorAll(what)], one = (what, where = document) => where.querySelector(what);
const root = document.documentElement, remember = (key, value) => { try { if (value === undefined) return localStorage.getItem(key); localStorage.setItem(key, value); } catch { return null; } };
const turn = () => { const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches; root.dataset.theme = dark ? "light" : "dark"; remember("kit-theme", root.dataset.theme); };
const theme = remember("kit-theme"); if (theme === "dark" || theme === "light") root.dataset.theme = theme;
one("#theme").onclick = turn;
const keys = one("#keys"), toast = one("#toast");
one("#help").onclick = () => keys.showModal();
let fading = 0;
const tell = text => { toast.textContent = text; toast.hidden = false; clearTimeout(fading); fading = setTimeout(() => { toast.hidden = true; }, 6000); };

// the live part: what has not changed stays as it is, so that what is open or in focus stays so
const shown = {};
const put = (id, html) => {
  if (shown[id] === html) return;
  const place = one("#" + id), open = all("details", place).map(fold => fold.open);
  shown[id] = html; place.innerHTML = html;
  all("details", place).forEach((fold, index) => { if (index < open.length) fold.open = open[index]; });
  for (const link of all("nav a")) link.hidden = one(link.getAttribute("href")) === null;
};
let waiting = 0;
const look = async () => {
  clearTimeout(waiting);
  try {
    const answer = await fetch("live");
    if (!answer.ok) throw new Error(answer.status);
    const parts = await answer.json();
    for (const id of ["facts", "now", "sections"]) put(id, parts[id]);
    one("#dot").classList.remove("off"); one("#state").textContent = "live";
  } catch {
    one("#dot").classList.add("off"); one("#state").textContent = "the watch has ended; training goes on without it";
  }
  waiting = setTimeout(look, document.hidden ? 15000 : 2000);
};
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

// the reviews
const asked = { deck: "", show: "open", said: "", page: "0" };
const turnTo = async changes => {
  Object.assign(asked, changes);
  try {
    const answer = await fetch("reviews?" + new URLSearchParams(asked));
    if (!answer.ok) throw new Error(answer.status);
    one("#reviews").innerHTML = await answer.text();
  } catch { tell("the reviews cannot be read: the watch has ended"); }
};
const fill = select => {
  if (select.dataset.filled) return;
  const held = select.dataset.choices === "values" ? one(".values", select.closest(".judge")) : one("#choices");
  for (const name of JSON.parse(held.textContent)) { const option = document.createElement("option"); option.value = option.textContent = name; select.append(option); }
  select.dataset.filled = "yes";
};
const decide = async (card, decision, value) => {
  const fix = card.classList.contains("fix"), content = { kind: fix ? "fix" : "label", decision };
  if (fix) { content.key = card.dataset.key; content.value = decision === "undo" ? card.dataset.said : value; }
  else { content.task = card.closest(".deck").dataset.task; content.image = card.dataset.image; content.value = decision === "reject" || decision === "undo" ? "" : value; }
  try {
    const answer = await fetch("decide", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) }), told = await answer.json();
    if (!answer.ok) { tell(told.error); return; }
    if (told.key) card.dataset.key = told.key;
    card.classList.remove("accept", "reject", "relabel");
    if (decision !== "undo") card.classList.add(decision);
    one(".verdict", card).textContent = decision === "undo" ? "" : decision === "relabel" ? "relabel: " + value : decision;
    card.dataset.file = told.file;
    if (!fix) recount();
  } catch { tell("this was not written down: the watch has ended"); }
};
const recount = async () => {
  const answer = await fetch("reviews?" + new URLSearchParams(asked)), made = document.createElement("div");
  made.innerHTML = await answer.text();
  const now = one("#count", made), then = one("#count");
  if (now && then) then.replaceWith(now);
};
const act = (card, what) => {
  if (what === "relabel") { const select = one("select[data-do]", card); if (select) { fill(select); select.focus(); } return; }
  const classes = !card.classList.contains("fix") && one("select[data-do]", card) === null ? "" : card.dataset.said;
  decide(card, what, what === "accept" ? classes : "");
};
const reviews = one("#reviews");
reviews.addEventListener("click", event => {
  const button = event.target.closest("button"), card = event.target.closest(".judge");
  if (button && button.dataset.page !== undefined) turnTo({ page: button.dataset.page }).then(() => one("#labels").scrollIntoView());
  else if (button && card && button.dataset.do) act(card, button.dataset.do);
});
reviews.addEventListener("focusin", event => { if (event.target.matches("select[data-do]")) fill(event.target); });
reviews.addEventListener("mousedown", event => { if (event.target.matches("select[data-do]")) fill(event.target); });
reviews.addEventListener("change", event => {
  const select = event.target, card = select.closest(".judge");
  if (card) { if (select.value) decide(card, "relabel", select.value); select.value = ""; card.focus(); }
  else turnTo(select.id === "deck" ? { deck: select.value, said: "", page: "0" } : { [select.id]: select.value, page: "0" });
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,select,textarea")) return;
  const card = event.target.closest(".judge");
  if (card && event.key in { ArrowRight: 1, ArrowLeft: 1 }) { const cards = all(".judge"), next = cards[cards.indexOf(card) + (event.key === "ArrowRight" ? 1 : -1)]; if (next) { event.preventDefault(); next.focus(); } }
  else if (card && event.key in { a: 1, r: 1, l: 1, u: 1 }) { event.preventDefault(); act(card, { a: "accept", r: "reject", l: "relabel", u: "undo" }[event.key]); }
  else if (event.key === "t") turn();
  else if (event.key === "?") keys.showModal();
});
look();
turnTo({});
})();
