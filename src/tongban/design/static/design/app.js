/* What pages gain with JavaScript; without it every link and form still works. */
const doc = document, root = doc.documentElement;
root.classList.add("js");
const find = (what, within = doc) => within.querySelector(what);
const say = text => { const box = find("#live"); if (box) { box.textContent = text; box.hidden = !text; } };

/* 换人、退出: a page that Back brings out of the browser's memory is asked for anew, and unseen until then. (One kept as a file
   is asked for by itself: another cookie, `Vary`.) */
addEventListener("pageshow", event => {
  if (event.persisted && "mine" in root.dataset) { doc.body.hidden = true; location.reload(); }
});

/* 列表: one row can be reached by Tab, the arrows do the rest. */
const settle = () => {
  doc.querySelectorAll("[data-list]").forEach(list => {
    const rows = [...list.querySelectorAll("[data-row]")];
    const here = rows.find(row => row.getAttribute("aria-current") === "true") || rows[0];
    rows.forEach(row => { row.tabIndex = row === here ? 0 : -1; });
  });
};
settle();
/* 出错: a swapped-in summary takes the focus (in a whole page its `autofocus` does). */
doc.addEventListener("htmx:afterSettle", event => {
  settle();
  (event.target.matches("[data-care]") ? find("button", event.target) : find("[data-errors]"))?.focus();
});

/* 菜单: a click elsewhere and Escape fold it. */
const fold = except => doc.querySelectorAll(".menu[open]").forEach(menu => { if (menu !== except) menu.open = false; });
doc.addEventListener("click", event => fold(event.target.closest(".menu")));
doc.addEventListener("keydown", event => {
  const menu = event.key === "Escape" && find(".menu[open]");
  if (menu) { fold(); find("summary", menu).focus(); }
});

/* 关怀版: the server set the cookie and answered with the new switch. */
doc.addEventListener("care", event => {
  if (event.detail.value) root.dataset.type = event.detail.value; else delete root.dataset.type;
});

/* A refusal that htmx must not swap in is said where the reader is. */
doc.addEventListener("htmx:beforeRequest", () => say(""));
doc.addEventListener("htmx:responseError", event => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const told = [...page.querySelectorAll("[data-refusal] h1, [data-refusal] h1 + p")].map(each => each.textContent.trim());
  say(told.join("。") || "没有办成，请稍后再试");
});
doc.addEventListener("htmx:sendError", () => say("网络不通，刚才的操作没有执行，请再试一次"));

/* 按钮: copy, print. */
doc.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if (button.matches("[data-print]")) return window.print();
  try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = "已复制"; }
  catch { button.textContent = "请长按编号复制"; }
});

/* 键盘: data-key="F9" presses the button (a letter not while typing); in lists arrows, J and K choose, space or X ticks,
   Enter opens. With nothing ticked a letter's button is about the row one stands on. */
doc.addEventListener("keydown", event => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  const letter = event.key.length === 1, name = letter ? event.key.toLowerCase() : event.key;
  const pressed = find(`[data-key="${CSS.escape(name)}"]`);
  if (pressed && !(letter && typing)) {
    event.preventDefault();
    const tick = letter && !find("[data-tick]:checked") && find("[data-row][aria-current] [data-tick]");
    if (tick) tick.checked = true;
    if (!pressed.disabled) { pressed.focus(); pressed.click(); }
    return;
  }
  if (typing) return;
  const inside = event.target.closest?.("[data-row]");
  const idle = event.target === doc.body && doc.body.matches(".desk") && ["ArrowDown", "ArrowUp", "Enter"].includes(event.key);
  const row = inside || ((idle || /^[jkx]$/i.test(event.key)) && find("[data-row][tabindex='0']"));
  if (!row) return;
  const rows = [...row.closest("[data-list]").querySelectorAll("[data-row]")];
  const at = rows.indexOf(row), down = inside ? at + 1 : at, up = at - 1;
  const to = { ArrowDown: down, j: down, ArrowUp: up, k: up, Home: 0, End: rows.length - 1 }[name];
  if (to !== undefined) {
    event.preventDefault();
    const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    rows.forEach(each => {
      each.classList.toggle("is-current", each === next);
      each.tabIndex = each === next ? 0 : -1;
      if (each === next) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current");
    });
    next.focus();
    next.dispatchEvent(new CustomEvent("row", { bubbles: true }));
  } else if (name === "x" || ((event.target === row || idle) && (event.key === " " || event.key === "Enter"))) {
    const control = find(event.key === "Enter" ? "[data-open], a" : "[data-tick]", row);
    if (control) { event.preventDefault(); control.click(); }
  }
});
