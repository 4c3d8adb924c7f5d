/* 通行密钥: a form with data-passkey ("get" or "create") and data-challenge asks for a challenge, lets the device answer it, and
   is sent with the answer in `credential`. Without this, or without such a device, its block stays hidden and the other ways remain. */
(() => {
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const described = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));
const asked = (kind, key) => kind === "create"
  ? { ...key, challenge: bytes(key.challenge), user: { ...key.user, id: bytes(key.user.id) }, excludeCredentials: described(key.excludeCredentials) }
  : { ...key, challenge: bytes(key.challenge), allowCredentials: described(key.allowCredentials) };
const answered = made => {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[part]) response[part] = text(made.response[part]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
};
const WORDS = { NotAllowedError: "没有完成：在设备上取消了，或等得太久。请再按一次", InvalidStateError: "这台设备已经登记过，直接用它登录就行" };
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const block = form.closest("[hidden]");
  if (block) block.hidden = false;
  const said = form.querySelector("[data-said]"), button = form.querySelector("button");
  form.addEventListener("submit", async event => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    button.disabled = true;
    said.textContent = "请按设备上的提示操作…";
    try {
      const answer = await fetch(form.dataset.challenge, { method: "POST", body: new FormData(form) });
      if (answer.redirected) return location.reload();
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.title);
      const kind = form.dataset.passkey;
      form.elements.credential.value = answered(await navigator.credentials[kind]({ publicKey: asked(kind, told.publicKey) }));
      form.submit();
    } catch (error) {
      said.textContent = WORDS[error.name] || "没有完成，请再试一次，或换一种方式";
      button.disabled = false;
      button.focus();
    }
  });
}
})();
