/* What forms gain with JavaScript: parts that appear by what one chose, and drafts that save themselves. */
(() => {
const doc = document;
const find = (what, within = doc) => within.querySelector(what);

/* 条件: data-when='[{"name":["value"]}]' shows its fieldset while one clause holds; what is hidden is not sent. */
const says = (form, name) => [...form.elements].filter(each => each.name === name && !each.matches(":disabled")
  && (!["radio", "checkbox"].includes(each.type) || each.checked)).map(each => each.value);
const reveal = form => form.querySelectorAll("fieldset[data-when]").forEach(box => {
  const holds = JSON.parse(box.dataset.when).some(clause =>
    Object.entries(clause).every(([name, wanted]) => says(form, name).some(value => wanted.includes(value))));
  if (box.hidden === holds) { box.hidden = !holds; box.disabled = !holds; }
});
doc.addEventListener("change", event => { const form = event.target.form; if (form) reveal(form); });
addEventListener("pageshow", () => doc.querySelectorAll("form").forEach(reveal));

/* 草稿: a form with data-autosave="URL" is saved 1.5 s after the last change, and when the page is left. */
const waiting = new Map();
const save = async (form, leaving) => {
  clearTimeout(waiting.get(form)); waiting.delete(form);
  const sent = new FormData(form);
  for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  const status = find("[data-autosave-status]", form) || find("[data-autosave-status]");
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: sent, keepalive: leaving, headers: { "X-Autosave": "1" } });
    if (!answer.ok) throw answer;
    if (status) status.textContent = "已自动保存 " + new Date().toTimeString().slice(0, 5);
  } catch { if (status) status.textContent = "还没保存上，请不要关闭页面"; }
};
doc.addEventListener("input", event => {
  const form = event.target.closest("[data-autosave]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(save, 1500, form));
});
doc.addEventListener("submit", event => { clearTimeout(waiting.get(event.target)); waiting.delete(event.target); });
/* 换人: what was typed is saved under the name of who typed it before they are signed out. */
doc.addEventListener("submit", async event => {
  const leaving = event.target, unsaved = [...waiting.keys()];
  if (!leaving.matches("[data-saves]") || !unsaved.length) return;
  event.preventDefault();
  await Promise.all(unsaved.map(form => save(form)));
  leaving.submit();
});
addEventListener("pagehide", () => waiting.forEach((_, form) => save(form, true)));
})();
