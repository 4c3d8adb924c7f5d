/* 续传: in a form with data-resume="/uploads" large files go in pieces first, and go on after a broken line; then the form
   is sent as ever, with `sent.<field>` in place of each file. Without this the form sends them itself. */
(() => {
const SMALL = 512 * 1024, PIECE = 1024 * 1024, LONGEST_PAUSE = 8000;
const doc = document;
const wait = time => new Promise(done => setTimeout(done, time));
class Refused extends Error {}
const refused = async answer => {
  let told = {};
  try { told = await answer.json(); } catch { /* no words came with it */ }
  return new Refused([told.title || "没有收下这个文件", told.detail].filter(Boolean).join("。"));
};
const digest = async file => {
  if (!window.crypto?.subtle) return "";
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(sum)].map(byte => byte.toString(16).padStart(2, "0")).join("");
};
const memory = {
  get: key => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { if (value) localStorage.setItem(key, value); else localStorage.removeItem(key); } catch { /* then it starts anew */ } },
};

const send = async (form, file, say) => {
  const way = form.dataset.way || "file";
  const headers = { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
  if (form.dataset.link) headers["X-Phone-Link"] = form.dataset.link;
  const key = ["upload", form.dataset.resume, way, file.name, file.size, file.lastModified].join("|");
  const ask = async (url, method, more = {}, body) => {
    const answer = await fetch(url, { method, body, headers: { ...headers, ...more } });
    if (answer.status >= 500) throw new TypeError("try again");
    return answer;
  };
  const sum = await digest(file);
  let url = memory.get(key), at = -1, pause = 500;
  for (;;) {
    try {
      if (url && at < 0) {
        const answer = await ask(url, "HEAD");
        if (answer.ok) at = Number(answer.headers.get("Upload-Offset")); else { url = null; memory.set(key, null); }
      }
      if (!url) {
        const answer = await ask(form.dataset.resume, "POST", { "Upload-Length": file.size, "Upload-Way": way });
        if (!answer.ok) throw await refused(answer);
        url = answer.headers.get("Location"); at = 0;
        memory.set(key, url);
      }
      while (at >= 0) {
        const piece = file.slice(at, at + PIECE), last = at + piece.size >= file.size;
        say(`正在上传 ${file.name}：${Math.floor(100 * at / file.size)}%`);
        const answer = await ask(url, "PATCH", { "Upload-Offset": at, "Content-Type": "application/offset+octet-stream", ...(last && sum ? { "Upload-Digest": sum } : {}) }, piece);
        if (answer.ok) { at += piece.size; pause = 500; }
        else {
          const no = await answer.clone().json().catch(() => ({}));
          if (no.code !== "upload_offset") { memory.set(key, null); throw await refused(answer); }
          at = -1;
        }
        if (answer.status === 200) { memory.set(key, null); return (await answer.json()).id; }
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      at = -1;
      say("网络断了，恢复以后会接着传；页面关了也不要紧，再选同一个文件就接着传");
      await wait(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
};

const place = input => {
  const beside = input.nextElementSibling;
  if (beside?.matches("[data-sending]")) return beside;
  const made = doc.createElement("p");
  made.dataset.sending = ""; made.className = "help"; made.setAttribute("role", "status");
  input.after(made);
  return made;
};
const busy = new WeakSet();
doc.addEventListener("submit", async event => {
  const form = event.target, submitter = event.submitter;
  if (!form.matches("[data-resume]")) return;
  if (busy.has(form)) { event.preventDefault(); return; }
  const inputs = [...form.querySelectorAll("input[type=file]")].filter(input => [...input.files].some(file => file.size > SMALL));
  if (!inputs.length) return;
  event.preventDefault();
  busy.add(form);
  try {
    for (const input of inputs) {
      const spot = place(input), say = text => { spot.className = "help"; spot.textContent = text; };
      try {
        for (const file of [...input.files]) {
          const kept = doc.createElement("input");
          kept.type = "hidden"; kept.name = "sent." + input.name; kept.value = await send(form, file, say);
          form.append(kept);
        }
        input.value = "";
        say("已传完");
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        input.value = "";
        spot.className = "fault"; spot.textContent = error.message;
        return;
      }
    }
  } finally { busy.delete(form); }
  form.requestSubmit(submitter);
}, true);

/* 拍照: a picture that was taken goes at once. */
doc.addEventListener("change", event => {
  const input = event.target;
  if (input.matches("[data-send]") && input.files.length) input.form.requestSubmit(input.form.querySelector("[name=add]"));
});
})();
